/* Copy buttons stand only where they can work. */

const SHOWN = 2000;

if (navigator.clipboard) {
  for (const button of document.querySelectorAll("[data-copy]")) {
    const words = [...button.childNodes];
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(button.dataset.copy);
      button.textContent = "Copied";
      setTimeout(() => {
        button.replaceChildren(...words);
      }, SHOWN);
    });
  }
}
