// Several files of records are joined into one list before they are sent. A file that is no JSON is sent alone, so that the
// answer says what is wrong with it.

const input = document.querySelector("input[data-join]");

async function join() {
  const files = [...input.files];
  if (files.length < 2) return;
  const all = [];
  const one = new DataTransfer();
  for (const file of files) {
    try {
      all.push(JSON.parse(await file.text()));
    } catch {
      one.items.add(file);
      input.files = one.files;
      return;
    }
  }
  one.items.add(new File([JSON.stringify(all.flat())], "records.json", { type: "application/json" }));
  input.files = one.files;
  input.closest("form").querySelector("[data-joined]").textContent = input.dataset.join.replace("{count}", files.length);
}

if (input) {
  input.multiple = true;
  input.addEventListener("change", join);
}
