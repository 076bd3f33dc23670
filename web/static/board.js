// The board while it is open: drawn anew when something changed. Without a script there is the link 刷新.
"use strict";
(() => {
  const $ = (id) => document.getElementById(id), body = document.body;
  const live = $("live"), link = $("link"), said = $("said");
  let mark = body.dataset.mark, stream = null, pause = 5000;
  const told = (data) => { mark = data.mark; $("now").textContent = data.now; $("left").textContent = data.left; };
  const well = () => { pause = 5000; link.className = "well"; said.textContent = ""; };
  const open = () => {
    const query = body.dataset.query;
    stream = new EventSource(`/board/events?${query}${query ? "&" : ""}seen=${mark}`);
    stream.addEventListener("open", well);
    stream.addEventListener("tick", (event) => { told(JSON.parse(event.data)); });
    stream.addEventListener("board", (event) => {
      const data = JSON.parse(event.data), where = document.activeElement;
      told(data);
      live.innerHTML = data.html;
      if (where && where.id === "units") { $("units").focus({ preventScroll: true }); }
    });
    stream.addEventListener("over", (event) => { stream.close(); lost(JSON.parse(event.data).said); });
    stream.addEventListener("error", () => {
      lost(body.dataset.lost);
      if (stream.readyState !== EventSource.CLOSED) { return; }
      setTimeout(open, pause);
      pause = Math.min(2 * pause, 300000);
    });
  };
  const lost = (text) => { link.className = "lost"; said.textContent = text; };
  // A page that was gone back to begins anew: its stream ended when it was left.
  addEventListener("pagehide", () => { if (stream) { stream.close(); } });
  addEventListener("pageshow", (event) => { if (event.persisted) { location.reload(); } });
  open();
})();
