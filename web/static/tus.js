// One file on its way to the server by tus 1.0, whatever the network does: it goes on from where the server is.
"use strict";
const TUS = { "Tus-Resumable": "1.0.0", Accept: "application/json" };
const encoded = (text) => btoa(String.fromCharCode(...new TextEncoder().encode(text)));

// `to`: "/u/TOKEN/files"; `known`: the number of an upload that the server has begun with; `changed` is called on news.
// `state`: waiting → preparing → moving ⇄ broken | offline | paused → whole; or failed, with `said`, or gone.
class Carriage {
  constructor({ to, file, known = "", done = 0, changed }) {
    Object.assign(this, { to, file, changed, done, state: "waiting", said: "", key: "", wait: 0, speed: 0 });
    this.url = known ? `${to}/${known}` : "";
    this.chunk = 2 * 2 ** 20;
    this.samples = [];
  }
  get size() { return this.file.size; }
  get number() { return this.url.slice(this.url.lastIndexOf("/") + 1); }
  get left() { return this.speed ? (this.size - this.done) / this.speed : 0; }
  turn(state, facts = {}) { Object.assign(this, facts, { state }); this.changed(this); }

  // Ends when the file is whole, failed, paused or gone.
  async run() {
    this.halted = "";
    this.turn("preparing");
    for (let tries = 0; !this.halted; ) {
      const before = this.done;
      const wrong = await this.attempt();
      if (this.halted) break;
      if (!wrong) { this.turn("whole", { done: this.size }); return; }
      if (wrong.said) { this.turn("failed", wrong); return; }
      tries = this.done > before ? 0 : tries + 1;
      this.chunk = Math.max(256 * 1024, this.chunk / 4);
      await this.rest(Math.max(wrong.wait || 0, Math.min(30, 2 ** Math.min(tries, 5))));
    }
    this.turn(this.halted);
  }
  pause() { this.halt("paused"); }
  async cancel() {
    this.halt("gone");
    if (this.url) await fetch(this.url, { method: "DELETE", headers: TUS }).catch(() => null);
    this.turn("gone");
  }
  halt(state) {
    this.halted = state;
    if (this.xhr) this.xhr.abort();
    if (this.wake) this.wake();
  }

  // Everything from asking where the server is to the last byte. Nothing when whole, else {said, key} | {wait}.
  async attempt() {
    let answer = this.url ? await this.ask("HEAD", this.url) : null;
    if (answer && (answer.status === 404 || answer.status === 410)) { // over, or cancelled elsewhere: from the beginning
      const link = await this.ask("OPTIONS", this.to);
      if (!link.ok) return await this.refusal(link);
      this.url = "";
      answer = null;
    }
    if (answer && !answer.ok) return await this.refusal(answer);
    if (!answer) {
      answer = await this.ask("POST", this.to, {
        "Upload-Length": String(this.size),
        "Upload-Metadata": `filename ${encoded(this.file.name)},mark ${encoded(String(this.file.lastModified))}`,
      });
      if (!answer.ok) return await this.refusal(answer);
      this.url = answer.headers.get("Location");
    }
    let offset = Number(answer.headers.get("Upload-Offset") || 0);
    while (offset < this.size && !this.halted) {
      this.turn("moving", { done: offset });
      const began = Date.now(), end = Math.min(this.size, offset + this.chunk);
      const sent = await this.send(offset, this.file.slice(offset, end));
      if (!sent.ok) return sent.said || sent.wait ? sent : {};
      const seconds = (Date.now() - began) / 1000;
      if (seconds < 3) this.chunk = Math.min(32 * 2 ** 20, this.chunk * 2);
      else if (seconds > 12) this.chunk = Math.max(256 * 1024, this.chunk / 2);
      offset = sent.offset;
    }
    return null;
  }
  async ask(method, url, headers = {}) {
    const stop = new AbortController(), timer = setTimeout(() => stop.abort(), 20000);
    try { return await fetch(url, { method, headers: { ...TUS, ...headers }, signal: stop.signal, cache: "no-store" }); }
    catch { return { ok: false, status: 0 }; }
    finally { clearTimeout(timer); }
  }
  async refusal(answer) {
    const told = answer.json ? await answer.json().catch(() => ({})) : {};
    return this.weigh(answer.status, told);
  }
  // What passes is tried again; what does not is said.
  weigh(status, told) {
    if (!status || [408, 409, 423, 429, 460, 500, 502, 503, 504].includes(status)) return { wait: told.retry || 0 };
    return { said: told.said || String(status), key: told.key || "" };
  }
  // One stretch of the file, with progress; fetch cannot tell that.
  send(offset, body) {
    return new Promise((done) => {
      const xhr = this.xhr = new XMLHttpRequest();
      let heard = Date.now();
      const watch = setInterval(() => { if (Date.now() - heard > 30000) xhr.abort(); }, 2000);
      const end = (facts) => { clearInterval(watch); this.xhr = null; done(facts); };
      xhr.open("PATCH", this.url);
      for (const [name, value] of Object.entries(TUS)) xhr.setRequestHeader(name, value);
      xhr.setRequestHeader("Content-Type", "application/offset+octet-stream");
      xhr.setRequestHeader("Upload-Offset", String(offset));
      xhr.upload.onprogress = (event) => { heard = Date.now(); this.measure(offset + event.loaded); };
      xhr.onload = () => {
        if (xhr.status === 204) { end({ ok: true, offset: Number(xhr.getResponseHeader("Upload-Offset")) }); return; }
        let told = {};
        try { told = JSON.parse(xhr.responseText); } catch { /* a proxy's own page */ }
        end(xhr.status === 404 || xhr.status === 410 ? {} : this.weigh(xhr.status, told));
      };
      xhr.onerror = xhr.onabort = xhr.ontimeout = () => end({});
      xhr.send(body);
    });
  }
  // The speed of the last eight seconds.
  measure(done) {
    const now = Date.now();
    this.samples = [...this.samples.filter(([at]) => now - at < 8000), [now, done]];
    const [[first, from]] = this.samples;
    this.turn("moving", { done, speed: now - first > 700 ? Math.max(0, ((done - from) * 1000) / (now - first)) : this.speed });
  }
  // Waits, second by second; a network that comes back is reason to go on at once.
  async rest(seconds) {
    this.samples = [];
    for (let left = Math.ceil(seconds); left > 0 && !this.halted; left -= 1) {
      this.turn(navigator.onLine === false ? "offline" : "broken", { wait: left, speed: 0 });
      const online = await new Promise((done) => {
        const end = (back) => { clearTimeout(timer); removeEventListener("online", hear); this.wake = null; done(back); };
        const hear = () => end(true), timer = setTimeout(() => end(false), 1000);
        addEventListener("online", hear);
        this.wake = () => end(true);
      });
      if (online) return;
      if (navigator.onLine === false) left += 1;
    }
  }
}

// Sizes and durations as people read them; `words` gives the sentences.
const sizeText = (bytes) => bytes < 2 ** 20 ? `${Math.max(1, Math.round(bytes / 1024))} KB` : bytes < 2 ** 30 ? `${(bytes / 2 ** 20).toFixed(bytes < 10 * 2 ** 20 ? 1 : 0)} MB` : `${Number((bytes / 2 ** 30).toFixed(2))} GB`;
function leftText(seconds, words) {
  if (seconds < 60) return words("seconds", { n: Math.max(1, Math.ceil(seconds / 5) * 5) });
  if (seconds < 3600) return words("minutes", { n: Math.ceil(seconds / 60) });
  return words("hours", { n: Math.floor(seconds / 3600), m: Math.ceil((seconds % 3600) / 60) });
}
function fateText(one, words) {
  const facts = { done: sizeText(one.done), size: sizeText(one.size), percent: Math.floor((100 * one.done) / one.size), n: one.wait };
  switch (one.state) {
    case "waiting": return words("waiting_turn");
    case "preparing": return words("preparing");
    case "moving": return one.speed ? words("moving", { ...facts, speed: sizeText(one.speed), left: leftText(one.left, words) }) : words("moving_slowly", facts);
    case "broken": return words("broken", facts);
    case "offline": return words("offline_now", facts);
    case "paused": return words("paused", facts);
    case "whole": return words("keeping");
    case "failed": return one.key === "link_over" ? words("link_over") : one.said;
    default: return "";
  }
}
