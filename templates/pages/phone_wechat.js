/* The simulated phone, live: forms without reloading, and a look once a second whether there is news. */
"use strict";

const page = document.body;
const user = page.dataset.user;

async function redraw(answer) {
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (fresh.body.dataset.user !== user) return location.reload();
  if (fresh.body.dataset.version === page.dataset.version && !fresh.querySelector(".note")) return;
  const whole = Boolean(fresh.getElementById("say")) !== Boolean(document.getElementById("say"));
  page.dataset.version = fresh.body.dataset.version;
  const parts = whole ? ["#log", "footer", ".panel"] : ["#log", "#menu", ".panel"];
  for (const part of parts) {
    const [old, now] = [document.querySelector(part), fresh.querySelector(part)];
    if (old && now) old.replaceWith(now);
    else if (now && part === "#menu") document.querySelector("footer").append(now);
    else if (old) old.remove();
  }
  document.querySelector(".note")?.remove();
  const note = fresh.querySelector(".note");
  if (note && !whole) document.querySelector("footer").prepend(note);
  document.getElementById("scroll").scrollTop = 0;
}

async function look() {
  try {
    const { version } = await (await fetch("/phone/news?user=" + encodeURIComponent(user))).json();
    if (version && version !== page.dataset.version) {
      await redraw(await fetch("/phone?user=" + encodeURIComponent(user)));
    }
  } catch {
    // The platform is away; the next look will tell.
  }
  setTimeout(look, 1000);
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.getAttribute("action") !== "/phone/do") return;
  event.preventDefault();
  const body = new FormData(form, event.submitter);
  if (form.id === "say") {
    form.reset();
    form.querySelector(".pick").classList.remove("full");
    form.querySelector("textarea").focus();
  }
  for (const open of document.querySelectorAll("details[open]")) open.open = false;
  fetch("/phone/do", { method: "POST", body }).then(redraw, () => location.reload());
  // One's own bubble at once, however long the answer takes.
  setTimeout(async () => redraw(await fetch("/phone?user=" + encodeURIComponent(user))), 150);
});

document.addEventListener("keydown", (event) => {
  if (event.target.id === "text" && event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    event.target.form.requestSubmit();
  }
});

document.addEventListener("change", (event) => {
  if (event.target.id === "picture" && event.target.files.length) event.target.form.requestSubmit();
});

document.addEventListener("click", (event) => {
  for (const open of document.querySelectorAll("details[open]")) {
    if (!open.contains(event.target)) open.open = false;
  }
});

if (user) look();
