/* <button data-dialog="id"> opens the dialog of that id instead of what it does by
   itself; closing gives the focus back to it. A dialog that came back with errors is
   opened at once. */

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-dialog]");
  const dialog = opener && document.getElementById(opener.dataset.dialog);
  if (dialog) {
    event.preventDefault();
    dialog.showModal();
    dialog.addEventListener("close", () => opener.focus(), { once: true });
    return;
  }
  const closer = event.target.closest("[data-dialog-close]");
  if (closer) {
    closer.closest("dialog").close();
  }
});

for (const dialog of document.querySelectorAll("dialog:has([data-error-summary])")) {
  dialog.showModal();
}
