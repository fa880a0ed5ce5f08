// form[data-upload]: pick, drop or paste a file and it goes, with progress, cancel and retry. Without JavaScript the
// form just posts. The server answers JSON {"location": "…"}, a redirect, or a problem whose "detail" is shown.
const running = new WeakMap();

function part(form, name) {
  return form.querySelector(`[data-upload-${name}]`);
}

function say(form, text, { busy = false, failed = false, again = failed } = {}) {
  part(form, "progress").hidden = false;
  part(form, "status").textContent = text;
  part(form, "status").classList.toggle("text-danger", failed);
  part(form, "bar").hidden = !busy;
  part(form, "cancel").hidden = !busy;
  part(form, "retry").hidden = !again;
}

function megabytes(bytes) {
  return (bytes / 1048576).toFixed(1);
}

function problem(form, xhr) {
  try {
    return JSON.parse(xhr.responseText).detail || form.dataset.textFailed;
  } catch {
    return form.dataset.textFailed;
  }
}

function finish(form, xhr) {
  if (xhr.status < 200 || xhr.status >= 300) {
    say(form, problem(form, xhr), { failed: true });
    return;
  }
  let next = xhr.responseURL;
  try {
    next = JSON.parse(xhr.responseText).location || next;
  } catch {
    // A page, reached by a redirect: its address is where to go.
  }
  location.assign(next);
}

function send(form, file) {
  const limit = Number(form.dataset.maxBytes || Infinity);
  if (file.size > limit) {
    say(form, form.dataset.textTooLarge, { failed: true, again: false });
    return;
  }
  const input = form.querySelector("input[type=file]");
  const body = new FormData(form);
  body.set(input.name, file, file.name);
  const xhr = new XMLHttpRequest();
  running.set(form, { xhr, file });
  xhr.open("POST", form.action);
  xhr.setRequestHeader("Accept", "application/json");
  xhr.setRequestHeader("X-Requested-With", "XMLHttpRequest");
  xhr.upload.onprogress = (event) => {
    if (!event.lengthComputable) return;
    part(form, "bar").value = event.loaded / event.total;
    const figures = `${Math.round((100 * event.loaded) / event.total)}% · ${megabytes(event.loaded)} / ${megabytes(event.total)} MB`;
    say(form, figures, { busy: true });
  };
  xhr.onload = () => finish(form, xhr);
  xhr.onerror = () => say(form, form.dataset.textFailed, { failed: true });
  xhr.onabort = () => say(form, form.dataset.textCancelled, { failed: true });
  part(form, "name").textContent = file.name || "";
  say(form, form.dataset.textSending, { busy: true });
  xhr.send(body);
}

function fileFrom(transfer) {
  return [...(transfer?.files ?? [])][0];
}

function zone(event) {
  return event.target.closest?.("form[data-upload] [data-dropzone]");
}

document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-upload]");
  if (form && event.target.type === "file" && event.target.files.length) send(form, event.target.files[0]);
});

for (const type of ["dragover", "dragleave", "drop"]) {
  document.addEventListener(type, (event) => {
    const place = zone(event);
    if (!place) return;
    event.preventDefault();
    place.classList.toggle("is-over", type === "dragover");
    const file = type === "drop" && fileFrom(event.dataTransfer);
    if (file) send(place.closest("form"), file);
  });
}

document.addEventListener("paste", (event) => {
  const form = document.querySelector("form[data-upload]");
  const file = fileFrom(event.clipboardData);
  if (form && file) {
    event.preventDefault();
    send(form, file);
  }
});

document.addEventListener("click", (event) => {
  const form = event.target.closest("form[data-upload]");
  if (!form) return;
  if (event.target.closest("[data-upload-cancel]")) running.get(form)?.xhr.abort();
  if (event.target.closest("[data-upload-retry]") && running.has(form)) send(form, running.get(form).file);
});

// With JavaScript picking a file is enough, so the plain button can go.
for (const button of document.querySelectorAll("form[data-upload] [data-upload-plain]")) button.hidden = true;
