// Sends the form of an exhibit with a progress bar. Without this module the same form works, and shows none.

const form = document.querySelector("form[data-upload]");

function watch(form) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send(form);
  });
}

function send(form) {
  const shown = form.querySelector(".sending");
  const [bar, words] = [shown.querySelector("progress"), shown.querySelector("p")];
  const button = form.querySelector("button.primary");
  const request = new XMLHttpRequest();
  const say = (text) => {
    if (words.textContent !== text) words.textContent = text;
  };
  button.disabled = true;
  shown.hidden = false;
  request.upload.addEventListener("progress", ({ loaded, total }) => {
    bar.value = Math.floor((100 * loaded) / total);
    // A screen reader is told every tenth, not every percent.
    say(loaded < total ? form.dataset.sent.replace("{share}", Math.floor(bar.value / 10) * 10) : form.dataset.sealing);
  });
  request.addEventListener("load", () => {
    if (request.status < 300) location.assign(request.responseURL);
    else if (request.status === 422) refuse(form, request.responseText);
    else failed();
  });
  request.addEventListener("error", failed);
  request.addEventListener("abort", failed);

  function failed() {
    button.disabled = false;
    bar.value = 0;
    say(request.responseText && request.status !== 500 ? firstLine(request.responseText) : form.dataset.failed);
  }

  request.open("POST", form.action || location.href);
  request.send(new FormData(form));
}

// A plain answer says in one line what was wrong; a page does not.
function firstLine(text) {
  return text.startsWith("<") ? form.dataset.failed : text.split("\n")[0];
}

// The form as the server gave it back, with the file that was chosen.
function refuse(old, page) {
  const fresh = new DOMParser().parseFromString(page, "text/html").querySelector("form[data-upload]");
  const file = old.querySelector("input[type=file]");
  old.replaceWith(fresh);
  fresh.querySelector("input[type=file]").replaceWith(file);
  watch(fresh);
  const alert = fresh.querySelector("[role=alert]");
  alert?.setAttribute("tabindex", "-1");
  alert?.focus();
}

if (form) watch(form);
