// A button that copies a text. Without this script the button stays hidden, and the text can be marked by hand.

for (const button of document.querySelectorAll<HTMLButtonElement>("button[data-copy]")) {
  const text = document.querySelector<HTMLTextAreaElement>(`#${button.dataset.copy ?? ""}`);
  const told = button.parentElement?.querySelector<HTMLElement>("[data-copied]");
  if (text === null) continue;
  button.hidden = false;
  button.addEventListener("click", () => {
    text.select();
    void navigator.clipboard.writeText(text.value).then(() => {
      if (told) told.textContent = told.dataset.copied ?? "";
    });
  });
}
