// Files to send, chosen by button, by dropping them on the page or by pasting; shown by name and size until sent.
"use strict";
function filePicker({ box, limits, words, tell, make, heavy, $ }) {
  const fileBox = $("file"), list = $("picked");
  let picked = [];
  const megabytes = (bytes) => (bytes / 1048576).toFixed(1);
  const size = (bytes) => (bytes < 1048576 ? `${Math.max(1, Math.round(bytes / 1024))} KB` : `${megabytes(bytes)} MB`);

  function add(files) {
    const room = Number(limits.maxFile), most = Number(limits.maxFiles);
    for (const file of files) {
      if (file.size > room && file.size <= Number(limits.largest)) { heavy.add(file); continue; }
      const total = picked.reduce((sum, one) => sum + one.size, file.size);
      if (picked.length >= most) { tell(words("too_many", { limit: most })); break; }
      if (total > room) tell(words("too_large", { name: file.name, n: megabytes(file.size), limit: room / 1048576 }));
      else picked.push(file);
    }
    show();
  }
  function show() {
    list.replaceChildren(...picked.map((file) => {
      const row = make("li", "", file.name), off = make("button", "", "×");
      off.type = "button";
      off.setAttribute("aria-label", words("remove", { name: file.name }));
      off.onclick = () => { picked = picked.filter((one) => one !== file); show(); box.focus(); };
      row.append(make("small", "", size(file.size)), off);
      return row;
    }));
  }
  fileBox.addEventListener("change", () => { tell(""); add(fileBox.files); fileBox.value = ""; });
  box.addEventListener("paste", (event) => { // Office puts a picture beside copied text: the text is meant then
    const pasted = event.clipboardData;
    if (pasted.files.length && !pasted.getData("text")) { event.preventDefault(); add(pasted.files); }
  });
  const veil = make("div", "", words("drop"));
  veil.id = "drop";
  veil.hidden = true;
  document.body.append(veil);
  const holds = (event) => event.dataTransfer && [...event.dataTransfer.types].includes("Files");
  addEventListener("dragover", (event) => { if (holds(event)) { event.preventDefault(); veil.hidden = false; } });
  addEventListener("dragleave", (event) => { if (!event.relatedTarget) veil.hidden = true; });
  addEventListener("drop", (event) => {
    veil.hidden = true;
    if (holds(event)) { event.preventDefault(); add(event.dataTransfer.files); }
  });
  const take = () => { const taken = picked; picked = []; show(); return taken; };
  return { add, take, any: () => picked.length > 0 };
}
