// Switches notifications on in this browser: asks whoever sits there, subscribes, and sends what the browser says.

const form = document.querySelector("[data-notify]");

function say(name, more = "") {
  const place = document.querySelector(`[data-notify-says="${name}"]`);
  place.hidden = false;
  if (more) place.append(` ${more}`);
}

async function subscribe({ pushManager }, key) {
  const wish = { userVisibleOnly: true, applicationServerKey: key };
  try {
    return await pushManager.subscribe(wish);
  } catch (fault) {
    if (fault.name !== "InvalidStateError") throw fault;
    await (await pushManager.getSubscription()).unsubscribe(); // To a key that is no longer ours.
    return pushManager.subscribe(wish);
  }
}

async function switchOn(event) {
  event.preventDefault();
  try {
    if ((await Notification.requestPermission()) !== "granted") return say("refused");
    await navigator.serviceWorker.register(form.dataset.worker);
    const { key } = await (await fetch(form.action)).json();
    form.elements.subscription.value = JSON.stringify(await subscribe(await navigator.serviceWorker.ready, key));
    form.submit();
  } catch (fault) {
    say("failed", fault.message);
  }
}

async function begin() {
  if (!("serviceWorker" in navigator && "PushManager" in window)) return say("cannot");
  const worker = await navigator.serviceWorker.getRegistration();
  const before = await worker?.pushManager.getSubscription();
  if (before && form.dataset.known.includes(before.endpoint)) return say("here");
  form.hidden = false;
  form.addEventListener("submit", switchOn);
}

if (form) begin();
