// A form whose answer would be lost without a connection: it waits in the page and goes by itself.

for (const form of document.querySelectorAll<HTMLFormElement>("form[data-saving]")) {
  let waiting: HTMLElement | null = null;
  form.addEventListener("submit", (event) => {
    if (navigator.onLine) return;
    event.preventDefault();
    waiting = event.submitter;
    for (const told of document.querySelectorAll<HTMLElement>("[data-offline]")) told.hidden = false;
  });
  addEventListener("online", () => {
    for (const told of document.querySelectorAll<HTMLElement>("[data-offline]")) told.hidden = true;
    if (waiting !== null) form.requestSubmit(waiting);
  });
}
