// npm's tus-js-client as a program: uploads a file, or goes on with an upload, and says on stdout where it lies.
"use strict";
const fs = require("fs");
const tus = require("tus-js-client");
const { endpoint, path, chunk, stop, url } = JSON.parse(fs.readFileSync(0, "utf8"));
const upload = new tus.Upload(fs.createReadStream(path), {
  endpoint,
  uploadUrl: url || null,
  uploadSize: fs.statSync(path).size,
  chunkSize: chunk || Infinity,
  uploadDataDuringCreation: !url && !stop,
  retryDelays: [0, 200, 500, 1000],
  metadata: { filename: "诚信菜市场.mp4", filetype: "video/mp4" },
  onProgress: (sent) => { if (stop && sent >= stop) upload.abort().then(done); },
  onSuccess: done,
  onError: (error) => { process.stderr.write(`${error}\n`); process.exit(1); },
});
function done() { process.stdout.write(upload.url); process.exit(0); }
upload.start();
