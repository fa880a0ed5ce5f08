// button[data-copy="id"] copies what the field of that id holds, and says so.
async function copy(field) {
  field.select();
  // Only pages over HTTPS, or of this machine, have a clipboard; the old way needs what is selected.
  if (navigator.clipboard) await navigator.clipboard.writeText(field.value);
  else if (!document.execCommand("copy")) throw new Error("the browser does not copy");
}

for (const button of document.querySelectorAll("button[data-copy]")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    try {
      await copy(document.getElementById(button.dataset.copy));
    } catch {
      return; // What is to be copied is selected: Ctrl C does it.
    }
    button.querySelector("span").textContent = button.dataset.textDone;
    document.querySelector("[data-copy-status]").textContent = button.dataset.textDone;
  });
}
