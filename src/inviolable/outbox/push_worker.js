// Shows a message as the server worded it, for the reader and with its marks; a click opens what it is about.

addEventListener("install", () => skipWaiting());

addEventListener("push", (event) => {
  const { id, title, body, link, language } = event.data.json();
  // The same message again takes the place of the first, and sounds again.
  const told = { body, lang: language, tag: id, renotify: true, requireInteraction: true, data: link };
  event.waitUntil(registration.showNotification(title, told));
});

addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(clients.openWindow(event.notification.data));
});
