// The chat with a script: the page works without it; this keeps it up to date, and loses nothing that was typed.
"use strict";
(() => {
  const $ = (id) => document.getElementById(id);
  const chat = $("chat"), say = $("say"), log = $("log"), scroll = $("scroll");
  if (!say || !window.EventSource || !window.fetch) return; // an earlier page of messages, or an old browser
  document.documentElement.classList.add("js");
  const box = $("text"), notice = $("notice"), link = $("link");
  const words = (key, facts = {}) =>
    chat.dataset[`say_${key}`.replace(/_(\w)/g, (_, letter) => letter.toUpperCase())].replace(/\{(\w+)\}/g, (_, name) => facts[name]);
  const make = (tag, className = "", text = "") => {
    const made = document.createElement(tag);
    if (className) made.className = className;
    if (text) made.textContent = text;
    return made;
  };
  const atEnd = () => scroll.scrollTop > -60; // the log is laid out from its end: 0 is the newest message
  const toEnd = () => { scroll.scrollTop = 0; };
  const tell = (text) => { notice.textContent = text; };
  const heavy = heavyFiles({ say, log, words, tell, make, toEnd });
  const files = filePicker({ box, limits: chat.dataset, words, tell, make, heavy, $ });

  // --- Kept in this tab: the draft, and what was sent but not yet received
  const shelf = (name) => `xinshi.${chat.dataset.me}.${name}`;
  const keep = (name, value) => {
    try { value ? sessionStorage.setItem(shelf(name), value) : sessionStorage.removeItem(shelf(name)); } catch { /* full or forbidden */ }
  };
  const kept = (name) => { try { return sessionStorage.getItem(shelf(name)) || ""; } catch { return ""; } };

  const grow = () => {
    if (!CSS.supports("field-sizing", "content")) { box.style.height = "auto"; box.style.height = `${box.scrollHeight + 2}px`; }
    keep("draft", box.value);
  };
  const putBack = (text) => {
    if (text && box.value !== text) box.value = box.value ? `${text}\n${box.value}` : text;
    grow();
  };

  // --- Drawing
  let last = [...log.querySelectorAll("[data-id]")].reduce((id, one) => later(one.dataset.id, id), "0");
  function later(a, b) { return a.length > b.length || (a.length === b.length && a > b) ? a : b; } // ids pass 2**53
  const newer = make("button", "", words("newer"));
  newer.id = "newer"; newer.type = "button"; newer.hidden = true;
  newer.onclick = () => { newer.hidden = true; toEnd(); };
  chat.append(newer);
  scroll.addEventListener("scroll", () => { if (atEnd()) newer.hidden = true; }, { passive: true });

  function draw(messages) {
    const end = atEnd(), empty = log.querySelector(".turn.quiet");
    if (empty && messages.length) empty.remove();
    let first = null;
    for (const { id, html } of messages) {
      if ($(`m${id}`)) continue;
      const holder = make("template");
      holder.innerHTML = html; // drawn and escaped by the server, as in the page itself
      const message = holder.content.querySelector("article"), days = log.querySelectorAll("[data-day]");
      const before = log.querySelector(".pending");
      if (!days.length || days[days.length - 1].dataset.day !== message.dataset.day) log.insertBefore(make("p", "day", message.dataset.day), before);
      message.classList.add("fresh");
      log.insertBefore(message, before);
      last = later(id, last);
      first = first || message;
    }
    if (!first) return;
    if (!end) { newer.hidden = false; return; }
    reveal(first);
  }
  function reveal(message) { // the newest in view; but a message or batch taller than the view from its beginning
    toEnd();
    if (message && scroll.getBoundingClientRect().top > message.getBoundingClientRect().top) message.scrollIntoView({ block: "start" });
  }

  // A question that is no longer open: its buttons become plain text.
  function settle(open) {
    for (const message of log.querySelectorAll("article[data-id]")) {
      if (open.includes(message.dataset.id)) continue;
      const options = message.querySelector(".options"), acts = message.querySelector(".acts");
      if (options) {
        const past = make("ol", "past"), commands = make("div", "commands");
        for (const option of options.querySelectorAll(".option")) {
          const label = option.querySelector(".label").textContent;
          if (option.matches(".command")) { option.className = "act command"; option.textContent = label; commands.append(option); }
          else past.append(make("li", "", label));
        }
        options.replaceWith(...[past, commands].filter((one) => one.childElementCount));
      }
      if (acts) acts.replaceWith(make("p", "past", [...acts.children].map((act) => act.textContent).join(" · ")));
    }
  }
  const stand = (state) => { $("now").textContent = state.now; if (state.open) settle(state.open); };

  // --- News: one stream while the page is in view
  let source = null, heard = 0, held = [], flying = false, keyed = false;
  const linked = (well) => {
    link.className = well ? "well" : "lost";
    const text = make("span", well ? "aside" : "", words(well ? "online" : "reconnecting"));
    if (link.textContent !== text.textContent) link.replaceChildren(text);
  };
  const meanwhile = (deed) => { heard = Date.now(); flying ? held.push(deed) : deed(); };
  function listen() {
    if (source) source.close();
    if (document.hidden) { source = null; return; }
    const mine = source = new EventSource(`/chat/events?after=${last}`);
    heard = Date.now();
    mine.onopen = () => { heard = Date.now(); linked(true); pump(); };
    mine.addEventListener("message", (event) => meanwhile(() => draw([JSON.parse(event.data)])));
    mine.addEventListener("state", (event) => meanwhile(() => stand(JSON.parse(event.data))));
    mine.addEventListener("tick", (event) => meanwhile(() => stand(JSON.parse(event.data))));
    mine.onerror = () => {
      if (mine !== source) return;
      linked(false);
      if (mine.readyState === EventSource.CLOSED) setTimeout(() => { if (mine === source) relisten(); }, 3000);
    };
  }
  async function relisten() {
    const answer = await fetch("/chat/events", { method: "HEAD" }).catch(() => null);
    if (answer && answer.status === 401) location.assign("/"); else listen();
  }
  document.addEventListener("visibilitychange", listen);
  addEventListener("pageshow", (event) => { if (event.persisted) listen(); });
  addEventListener("offline", () => linked(false));
  addEventListener("online", () => { listen(); wake(); });
  setInterval(() => { if (source && Date.now() - heard > 45000) { linked(false); listen(); } }, 5000);

  // --- Sending: one at a time, in order, each under a number of its own, so that a repeat counts once
  let queue = [], wake = () => {};
  const pause = (seconds) => new Promise((done) => { const timer = setTimeout(done, seconds * 1000); wake = () => { clearTimeout(timer); done(); }; });
  const store = () => { // files cannot be kept: leaving the page while one is under way asks first
    const plain = queue.filter((item) => !item.files.length).map(({ mid, fields, text, back }) => ({ mid, fields, text, back }));
    keep("queue", plain.length ? JSON.stringify(plain) : "");
  };
  const newMid = () => [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");

  function post(fields, text, { files = [], back = "" } = {}) {
    const item = { mid: newMid(), fields, text, back, files };
    queue.push(item);
    place(item);
    store();
    tell("");
    toEnd();
    pump();
  }
  function place(item) {
    item.node = make("article", "message mine pending");
    item.node.setAttribute("aria-hidden", "true"); // read out once, when it is back from the server
    if (item.text) { item.node.append(make("div", "bubble")); item.node.firstChild.append(make("p", "", item.text)); }
    for (const file of item.files) item.node.append(make("p", "card", file.name));
    item.node.append(item.fate = make("p", "fate", words("sending")));
    log.append(item.node);
  }
  let busy = false;
  async function pump() {
    if (busy) { wake(); return; }
    busy = true;
    for (let tries = 0, item; (item = queue.find((one) => !one.failed)); ) {
      flying = true; // news waits, so that what was just sent is not seen twice
      const answer = await once(item);
      flying = false;
      if (answer.news) { tries = 0; finish(item, answer.news); } else if (answer.said) fail(item, answer);
      for (const deed of held.splice(0)) deed();
      if (answer.news || answer.said) continue;
      item.fate.textContent = words(answer.wait ? "waiting" : "offline");
      await pause(answer.wait || Math.min(15, 2 ** tries++));
      item.fate.textContent = words("sending");
    }
    busy = false;
  }
  // {news} | {said, key, status} for a refusal | {wait} | {} when the network failed
  async function once(item) {
    const form = new FormData(), stop = new AbortController();
    form.append("key", say.elements.key.value);
    form.append("mid", item.mid);
    form.append("after", last);
    for (const [name, value] of item.fields) form.append(name, value);
    for (const file of item.files) form.append("file", file, file.name);
    const timer = setTimeout(() => stop.abort(), item.files.length ? 600000 : 30000);
    try {
      const answer = await fetch("/chat/send", { method: "POST", body: form, headers: { Accept: "application/json" }, signal: stop.signal });
      if ([408, 502, 503, 504].includes(answer.status)) return {};
      const told = await answer.json();
      if (answer.ok) return { news: told };
      if (answer.status === 429) return { wait: Math.max(1, told.retry) };
      return { said: told.said, key: told.key, status: answer.status };
    } catch { return {}; } finally { clearTimeout(timer); }
  }
  function finish(item, news) {
    item.node.remove();
    queue = queue.filter((one) => one !== item);
    store();
    draw(news.messages);
    stand(news.state);
    toFirstOption();
  }
  function drop(item) { queue = queue.filter((one) => one !== item); item.node.remove(); store(); }
  function fail(item, { said, key, status }) {
    if (key === "stale" && !item.files.length) { // the page is older than the identity's key: get a new page
      drop(item); putBack(item.back); keep("notice", words("reloaded")); location.reload();
    } else if (status === 500 || status === 403) {
      item.failed = true;
      item.node.classList.add("failed");
      item.node.removeAttribute("aria-hidden");
      const again = make("button", "act", words("retry")), mend = make("button", "act", words("mend"));
      again.type = mend.type = "button";
      again.onclick = () => { item.failed = false; item.node.classList.remove("failed"); item.fate.textContent = words("sending"); pump(); };
      mend.onclick = () => { drop(item); putBack(item.back); box.focus(); };
      item.fate.replaceChildren(said, again, ...(item.back ? [mend] : []));
    } else { drop(item); putBack(item.back); files.add(item.files); tell(said); }
  }
  // Who works by keyboard goes on at the new question's first option; a finger or mouse needs no focus moved.
  function toFirstOption() {
    if (!keyed) return;
    keyed = false;
    const open = [...log.querySelectorAll(".options")].pop();
    (open ? open.querySelector("input, button") : box).focus({ preventScroll: true });
  }

  // --- Buttons, boxes, text
  let ticked = [];
  log.addEventListener("change", (event) => {
    if (event.target.name !== "box") return;
    ticked = ticked.filter((one) => one !== event.target && one.isConnected);
    if (event.target.checked) ticked.push(event.target);
    rank(event.target.closest(".options"));
  });
  const boxes = (options) => { // in the order of ticking; those that came ticked go first
    const all = [...options.querySelectorAll("input:checked")];
    return [...all.filter((one) => !ticked.includes(one)), ...ticked.filter((one) => all.includes(one))];
  };
  function rank(options) {
    for (const mark of options.querySelectorAll(".rank")) mark.remove();
    boxes(options).forEach((one, index) => one.closest(".option").append(make("span", "rank", words("order", { n: index + 1 }))));
  }
  function press(button) {
    if (button.name === "word") post([["word", button.value]], button.value);
    else if (button.classList.contains("submit")) {
      const options = button.closest(".options"), picked = boxes(options);
      if (!picked.length) { tell(words("tick_first")); return; }
      const labels = picked.map((one) => one.closest(".option").querySelector(".label").textContent);
      post([["press", button.value], ...picked.map((one) => ["box", one.value])], labels.join("、"));
    } else post([["press", button.value]], (button.querySelector(".label") || button).textContent);
  }
  function send() {
    const text = box.value;
    if (!text.trim() && !files.any()) { box.focus(); return; }
    const limit = Number(chat.dataset.maxText), count = [...text].length;
    if (count > limit) { tell(words("too_long", { n: count, limit })); return; }
    box.value = "";
    grow();
    post([["text", text]], text, { files: files.take(), back: text });
  }
  say.addEventListener("submit", (event) => {
    event.preventDefault();
    const button = event.submitter;
    if (button && button.name) {
      keyed = button.matches(":focus-visible");
      if (button.classList.contains("unseen")) { const shown = log.querySelector(".submit"); if (shown) press(shown); } else press(button);
    } else send();
  });
  addEventListener("click", (event) => { // the second click of a double click is none, whatever is under it by then
    if (event.detail > 1 && event.target.closest("button[form], .quick button")) event.preventDefault();
  });
  log.addEventListener("keydown", (event) => { // Enter in a tick box submits the boxes of its own question
    if (event.key !== "Enter" || event.target.name !== "box") return;
    event.preventDefault();
    keyed = true;
    press(event.target.closest(".options").querySelector(".submit"));
  });
  box.addEventListener("keydown", (event) => {
    const composing = event.isComposing || event.keyCode === 229; // an input method is still choosing characters
    if (event.key === "Enter" && !event.shiftKey && !composing && matchMedia("(pointer: fine)").matches) { event.preventDefault(); send(); }
  });
  box.addEventListener("input", () => { grow(); tell(""); });

  // --- Leaving and printing
  addEventListener("beforeunload", (event) => { if (heavy.any() || files.any() || queue.some((item) => item.files.length)) event.preventDefault(); });
  addEventListener("beforeprint", () => { for (const one of log.querySelectorAll("details")) one.open = true; });

  // --- Begin: what an earlier visit to this tab left
  if (!box.value) putBack(kept("draft"));
  if (kept("notice")) { tell(kept("notice")); keep("notice", ""); }
  try { queue = JSON.parse(kept("queue") || "[]").map((item) => ({ ...item, files: [] })); } catch { queue = []; }
  queue.forEach(place);
  reveal(log.lastElementChild);
  listen();
  pump();
})();
