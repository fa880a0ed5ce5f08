// Asks before something goes. The dialog's content is the confirm page's own [data-confirm-body], so a browser
// without JavaScript and one with it read the same words; a[data-confirm-dialog] is that page's link.
const dialog = document.getElementById("confirm-dialog");
let asking = null;
let opener = null;

function show(title, body, from) {
  opener = from;
  dialog.querySelector("[data-confirm-title]").textContent = title;
  dialog.querySelector("[data-confirm-place]").replaceChildren(...body);
  window.bootstrap.Modal.getOrCreateInstance(dialog).show();
}

async function fragment(url) {
  const response = await fetch(url, { headers: { "X-Requested-With": "fetch" } });
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const body = page.querySelector("main [data-confirm-body]");
  if (!response.ok || !body) throw new Error(`no confirm page at ${url}`);
  return [page.querySelector("main h1")?.textContent.trim() ?? "", document.adoptNode(body)];
}

async function askByPage(link) {
  try {
    const [title, body] = await fragment(link.href);
    show(title, [body], link);
  } catch {
    location.assign(link.href);
  }
}

// A question without a page of its own: the form's or the button's data-confirm is the text, {count} the rows ticked.
function askByText(form, submitter) {
  const text = submitter?.dataset.confirm ?? form.dataset.confirm;
  const scope = submitter?.closest("[data-listing]") ?? form.closest("[data-listing]") ?? document;
  const count = scope.querySelectorAll("input[data-select]:checked").length;
  const copy = dialog.querySelector("template").content.cloneNode(true);
  copy.querySelector("[data-confirm-text]").textContent = text.replace("{count}", String(count));
  const go = copy.querySelector("[data-confirm-go]");
  go.textContent = submitter?.dataset.confirmGo ?? submitter?.textContent.trim() ?? go.textContent;
  go.classList.add(submitter?.matches(".btn-danger, .btn-outline-danger") ? "btn-danger" : "btn-primary");
  asking = { form, submitter };
  show(submitter?.textContent.trim() ?? "", [copy], submitter);
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-confirm-dialog]");
  if (link && dialog && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    event.preventDefault();
    askByPage(link);
  } else if (asking && event.target.closest("[data-confirm-go]")) {
    const { form, submitter } = asking;
    asking = null;
    form.dataset.confirmed = "";
    form.requestSubmit(submitter);
    window.bootstrap.Modal.getInstance(dialog).hide();
  } else if (dialog && event.target.closest("#confirm-dialog [data-cancel]")) {
    // On the confirm page itself the cancel link goes back to the list; in the dialog it only closes.
    event.preventDefault();
    window.bootstrap.Modal.getInstance(dialog).hide();
  }
});

document.addEventListener("submit", (event) => {
  const form = event.target;
  const asks = form.dataset.confirm ?? event.submitter?.dataset.confirm;
  if (asks === undefined || !dialog) return;
  if ("confirmed" in form.dataset) {
    delete form.dataset.confirmed;
    return;
  }
  event.preventDefault();
  askByText(form, event.submitter);
});

// Bootstrap gives the focus back only to what opened a dialog by its own attributes.
dialog?.addEventListener("hidden.bs.modal", () => opener?.focus());

// What only a script can ask about rests until there is one to ask.
for (const button of document.querySelectorAll("button[data-confirm], form[data-confirm] button")) button.disabled = false;
