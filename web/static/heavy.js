// Files of the chat that are too large for a form: carried piece by piece, each a message of its own when it is whole.
"use strict";
function heavyFiles({ say, log, words, tell, make, toEnd }) {
  let queue = [], busy = false;

  // Where to hand in, for the question that is open now; and what of this file an earlier visit has already sent.
  async function begin(file) {
    const body = new URLSearchParams({ key: say.elements.key.value });
    const answer = await fetch("/chat/upload", { method: "POST", body, headers: { Accept: "application/json" } });
    const told = await answer.json();
    if (!answer.ok) throw new Error(told.said);
    const news = await (await fetch(`${told.here}/news`, { headers: { Accept: "application/json" } })).json();
    const left = news.uploads.find((one) => one.state === "open" && one.name === file.name && one.length === file.size && one.mark === String(file.lastModified));
    return { to: `${told.here}/files`, known: left ? left.id : "", done: left ? left.arrived : 0 };
  }
  function place(file) {
    const one = { file, carriage: null, node: make("article", "message mine pending"), bar: make("progress"), fate: make("p", "fate") };
    one.bar.max = file.size;
    one.bar.value = 0;
    one.bar.setAttribute("aria-label", file.name);
    one.node.append(make("p", "card", `${file.name}（${sizeText(file.size)}）`), one.bar, one.fate);
    log.append(one.node);
    return one;
  }
  function act(text, deed) {
    const button = make("button", "act", text);
    button.type = "button";
    button.onclick = deed;
    return button;
  }
  function draw(one, way) {
    one.bar.value = way.done;
    one.node.classList.toggle("failed", way.state === "failed");
    const text = fateText(way, words);
    if (one.drawn === way.state) { one.fate.firstChild.textContent = text; return; }
    one.drawn = way.state;
    const acts = [];
    if (["preparing", "moving", "broken", "offline"].includes(way.state)) acts.push(act(words("pause"), () => way.pause()));
    if (["paused", "failed"].includes(way.state)) acts.push(act(words(way.state === "paused" ? "go_on" : "try_again"), () => { queue.push(one); pump(); }));
    if (way.state !== "whole") acts.push(act(words("cancel"), () => cancel(one)));
    one.fate.replaceChildren(make("span", "", text), ...acts);
  }
  async function cancel(one) {
    if (!confirm(words("cancel_sure", { name: one.file.name }))) return;
    if (one.carriage) await one.carriage.cancel();
    queue = queue.filter((each) => each !== one);
    one.node.remove();
  }
  async function pump() {
    if (busy) return;
    busy = true;
    for (let one; (one = queue.shift()); ) {
      try {
        one.carriage = one.carriage || new Carriage({ file: one.file, ...(await begin(one.file)), changed: (way) => draw(one, way) });
        await one.carriage.run();
        if (one.carriage.state === "whole") setTimeout(() => one.node.remove(), 1500); // its message comes from the server
      } catch (wrong) { tell(wrong.message); one.node.remove(); }
    }
    busy = false;
  }
  function add(file) {
    const one = place(file);
    one.fate.append(make("span", "", words("waiting_turn")));
    queue.push(one);
    toEnd();
    pump();
  }
  return { add, any: () => busy };
}
