// select[data-lookup-url] asks the server as one types, select[data-tags] takes new words. tom-select is fetched
// only by pages that have one of them; its addresses stand on this script's own tag.
const DRESSED = "select[data-lookup-url], select[data-tags]";
const tag = document.querySelector("script[data-tom-select]");
let library = null;

function load() {
  library ??= new Promise((resolve, reject) => {
    const style = document.createElement("link");
    style.rel = "stylesheet";
    style.href = tag.dataset.tomSelectCss;
    // Before our own sheets, so that ours has the last word.
    document.querySelector("link[rel=stylesheet]").after(style);
    const script = document.createElement("script");
    script.src = tag.dataset.tomSelect;
    script.onload = resolve;
    script.onerror = reject;
    document.head.append(script);
  });
  return library;
}

function address(select, query) {
  const url = new URL(select.dataset.lookupUrl, location.href);
  url.searchParams.set("query", query);
  url.searchParams.set("offset", "0");
  url.searchParams.set("limit", select.dataset.limit || "20");
  return url;
}

async function rows(select, query) {
  const response = await fetch(address(select, query), { headers: { Accept: "application/json" } });
  if (!response.ok) throw new Error(`lookup answered ${response.status}`);
  return (await response.json()).map(([value, text]) => ({ value: String(value), text }));
}

function message(text) {
  const place = document.createElement("div");
  place.className = "no-results";
  place.textContent = text;
  return place;
}

function options(select) {
  const { dataset } = select;
  const remote = "lookupUrl" in dataset;
  const plugins = { remove_button: { title: dataset.textRemove || "×" } };
  if (!select.multiple) delete plugins.remove_button;
  if (!select.multiple && !select.required) plugins.clear_button = { title: dataset.textClear || "×" };
  return {
    plugins,
    create: "tags" in dataset && dataset.tags !== "fixed",
    maxOptions: 50,
    placeholder: dataset.placeholder,
    // The input of a field of tags stays in its place; were it to come and go, what stands below would jump.
    hidePlaceholder: !select.multiple,
    preload: remote ? "focus" : false,
    load: remote ? (query, done) => rows(select, query).then(done, () => done()) : null,
    // The server has matched already, by pinyin too; matching again here would throw its hits away.
    searchField: remote ? [] : ["text"],
    sortField: remote ? [{ field: "$order" }] : undefined,
    shouldLoad: () => true,
    onType() {
      if (remote) this.clearOptions((option) => this.items.includes(option.value));
    },
    render: {
      no_results: dataset.textNone ? () => message(dataset.textNone) : null,
      option_create: (data, escape) => `<div class="create">${escape(dataset.textCreate || "+")} <b>${escape(data.input)}</b></div>`,
    },
  };
}

function describe(select, made) {
  const input = made.control_input;
  for (const name of ["aria-describedby", "aria-invalid"]) {
    if (select.hasAttribute(name)) input.setAttribute(name, select.getAttribute(name));
  }
  // The label now belongs to the visible input; the select underneath only carries the value.
  select.setAttribute("aria-hidden", "true");
  made.wrapper.classList.remove("form-select", "form-control");
}

async function dress(scope) {
  const selects = [...scope.querySelectorAll(DRESSED)].filter((select) => !select.tomselect && !select.closest("template"));
  if (!selects.length || !tag) return;
  await load();
  for (const select of selects) {
    const focused = select === document.activeElement;
    const made = new window.TomSelect(select, options(select));
    describe(select, made);
    if (focused) made.focus();
  }
}

document.addEventListener("marquee:added", (event) => dress(event.target));
document.addEventListener("shown.bs.modal", (event) => dress(event.target));
dress(document);
