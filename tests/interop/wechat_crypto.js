// npm's wechat-crypto as a program: one JSON array of jobs on stdin, one JSON array of results on stdout.
"use strict";
process.removeAllListeners("warning"); // it is older than Buffer.from
const Crypto = require("wechat-crypto");
const { token, key, id, jobs } = JSON.parse(require("fs").readFileSync(0, "utf8"));
const crypto = new Crypto(token, key, id);
const results = jobs.map(({ encrypt, decrypt, timestamp, nonce }) => {
  const sealed = encrypt === undefined ? decrypt : crypto.encrypt(encrypt);
  const signature = crypto.getSignature(timestamp, nonce, sealed);
  return encrypt === undefined ? { ...crypto.decrypt(sealed), signature } : { sealed, signature };
});
process.stdout.write(JSON.stringify(results));
