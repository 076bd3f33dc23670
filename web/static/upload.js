// The page of an upload link with a script: files of any size, one after another, and what is answered to them.
"use strict";
(() => {
  const $ = (id) => document.getElementById(id);
  const form = $("upload"), box = $("file"), list = $("carried"), notice = $("notice"), answers = $("answers");
  const largest = Number(form.dataset.largest);
  if (!largest || !window.fetch || !window.XMLHttpRequest || !Blob.prototype.slice) return;
  const words = (key, facts = {}) =>
    form.dataset[`say_${key}`.replace(/_(\w)/g, (_, letter) => letter.toUpperCase())].replace(/\{(\w+)\}/g, (_, name) => facts[name]);
  const make = (tag, className = "", text = "") => {
    const made = document.createElement(tag);
    if (className) made.className = className;
    if (text) made.textContent = text;
    return made;
  };
  const here = form.getAttribute("action"), to = `${here}/files`;
  document.documentElement.classList.add("js");
  box.required = false;
  const label = form.querySelector("label");
  label.classList.remove("aside");
  label.append(make("small", "", words("drop_here")));
  form.append(make("p", "quiet", words("large", { limit: sizeText(largest), days: form.dataset.days })));
  const stay = make("p", "note", words("stay"));
  stay.hidden = true;
  list.before(stay);
  const tell = (text) => { notice.textContent = text; };

  // --- Cards: one for each file under way, and for each that an earlier visit left unfinished
  let cards = [], last = "0", asking = 0;
  const later = (a, b) => (a.length > b.length || (a.length === b.length && a > b) ? a : b); // ids pass 2**53
  function card(facts) {
    const one = { ...facts, node: make("li"), state: facts.state || "waiting" };
    const head = make("div", "head");
    head.append(make("span", "name", facts.name), make("span", "size", sizeText(facts.size)));
    one.bar = make("progress");
    one.bar.max = facts.size;
    one.bar.setAttribute("aria-label", facts.name);
    one.fate = make("p", "fate");
    one.acts = make("div", "acts");
    one.node.append(head, one.bar, one.fate, one.acts);
    list.append(one.node);
    cards.push(one);
    return one;
  }
  function button(text, deed) {
    const made = make("button", "act", text);
    made.type = "button";
    made.onclick = deed;
    return made;
  }
  function drop(one) {
    cards = cards.filter((each) => each !== one);
    one.node.remove();
  }
  async function cancel(one) {
    if (!confirm(words("cancel_sure", { name: one.name }))) return;
    if (one.carriage) await one.carriage.cancel();
    else await fetch(`${to}/${one.id}`, { method: "DELETE", headers: TUS }).catch(() => null);
    drop(one);
    pump();
  }
  function draw(one) {
    const way = one.carriage, state = one.end || (way ? way.state : "left");
    one.bar.value = way ? way.done : one.arrived;
    one.bar.hidden = ["kept", "failed", "infected", "unscanned", "lost"].includes(state);
    one.node.className = state === "kept" ? "done" : one.bar.hidden ? "failed" : "";
    if (one.end) one.fate.textContent = words(one.end);
    else if (way) one.fate.textContent = fateText(way, words);
    else {
      const facts = { done: sizeText(one.arrived), size: sizeText(one.size), percent: Math.floor((100 * one.arrived) / one.size) };
      one.fate.textContent = words("unfinished", facts);
    }
    if (one.drawn === state) return; // buttons under a finger stay the same buttons
    one.drawn = state;
    const acts = [];
    if (["preparing", "moving", "broken", "offline"].includes(state)) acts.push(button(words("pause"), () => way.pause()));
    if (state === "paused") acts.push(button(words("go_on"), () => again(one)));
    if (state === "failed" && way.key !== "link_over") acts.push(button(words("try_again"), () => again(one)));
    if (!["whole", "kept", "infected", "unscanned", "lost"].includes(state)) acts.push(button(words("cancel"), () => cancel(one)));
    one.acts.replaceChildren(...acts);
    one.acts.hidden = !acts.length;
  }
  const again = (one) => { one.carriage.state = "waiting"; draw(one); pump(); };

  // --- One after another
  let busy = false, lock = null;
  async function pump() {
    if (busy) return;
    busy = true;
    for (let one; (one = cards.find((each) => each.carriage && each.carriage.state === "waiting")); ) {
      stay.hidden = false;
      await awake();
      await one.carriage.run();
      one.id = one.carriage.number;
      if (one.carriage.state === "whole") follow();
    }
    busy = false;
    stay.hidden = true;
    if (lock) { lock.release().catch(() => null); lock = null; }
  }
  async function awake() { // a phone that sleeps stops sending
    if (!lock && navigator.wakeLock && !document.hidden) lock = await navigator.wakeLock.request("screen").catch(() => null);
    if (lock) lock.addEventListener("release", () => { lock = null; }, { once: true });
  }
  document.addEventListener("visibilitychange", () => { if (!document.hidden) { if (busy) awake(); ask(); } });

  function add(files) {
    tell("");
    for (const file of files) {
      if (!file.size) { tell(words("empty", { name: file.name })); continue; }
      if (file.size > largest) { tell(words("over", { name: file.name, size: sizeText(file.size), limit: sizeText(largest) })); continue; }
      const left = cards.filter((one) => !one.carriage && !one.end && one.name === file.name);
      const same = left.find((one) => one.size === file.size && one.mark === String(file.lastModified));
      if (left.length && !same) tell(words("another", { name: file.name }));
      const one = same || card({ name: file.name, size: file.size, arrived: 0 });
      one.carriage = new Carriage({ to, file, known: same ? same.id : "", done: one.arrived, changed: () => draw(one) });
      draw(one);
    }
    pump();
  }
  box.addEventListener("change", () => { add([...box.files]); box.value = ""; });
  form.addEventListener("submit", (event) => { event.preventDefault(); box.click(); });
  const holds = (event) => event.dataTransfer && [...event.dataTransfer.types].includes("Files");
  addEventListener("dragover", (event) => { if (holds(event)) { event.preventDefault(); label.classList.add("over"); } });
  addEventListener("dragleave", (event) => { if (!event.relatedTarget) label.classList.remove("over"); });
  addEventListener("drop", (event) => {
    label.classList.remove("over");
    if (holds(event)) { event.preventDefault(); add([...event.dataTransfer.files]); }
  });
  box.addEventListener("focus", () => label.classList.toggle("focus", box.matches(":focus-visible")));
  box.addEventListener("blur", () => label.classList.remove("focus"));
  addEventListener("beforeunload", (event) => { if (busy) event.preventDefault(); });

  // --- What the server knows: unfinished files of earlier visits, how far whole ones are, answers
  async function ask() {
    const told = await fetch(`${here}/news?after=${last}`, { headers: { Accept: "application/json" }, cache: "no-store" })
      .then((answer) => (answer.ok ? answer.json() : null)).catch(() => null);
    if (!told) return;
    for (const upload of told.uploads) settle(upload);
    for (const answer of told.answers) {
      last = later(answer.id, last);
      const holder = make("template");
      holder.innerHTML = answer.html; // drawn and escaped by the server
      answers.append(holder.content);
      follow();
    }
  }
  function settle(upload) {
    let one = cards.find((each) => each.id === upload.id || (each.carriage && each.carriage.number === upload.id));
    if (!one) {
      if (upload.state === "open" && !upload.arrived) return; // nothing to go on from
      one = card({ id: upload.id, name: upload.name, size: upload.length, arrived: upload.arrived, mark: upload.mark });
    }
    if (upload.state !== "open" && (!one.carriage || one.carriage.state === "whole")) {
      one.arrived = upload.length;
      one.end = upload.why || (upload.state === "whole" ? "keeping" : "kept");
    }
    draw(one);
  }
  let until = 0;
  async function follow() { // while something may still come of it; answers go to the chat in any case
    until = Date.now() + 600000;
    if (asking) return;
    asking = 1;
    for (let pause = 700; Date.now() < until; pause = Math.min(5000, pause * 1.3)) {
      await new Promise((done) => setTimeout(done, pause));
      if (!document.hidden) await ask();
    }
    asking = 0;
  }
  ask();
})();
