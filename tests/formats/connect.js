// Has every connection of a program go to a server on this machine, whatever host it is meant for: NODE_OPTIONS with
// `--require` of this file, and SERVER_PORT.
"use strict";

const net = require("node:net");

const port = Number(process.env.SERVER_PORT);
const { connect } = net.Socket.prototype;
net.Socket.prototype.connect = function connectHere(...given) {
  // What node itself hands on is a list of its own kind.
  const normalized = Array.isArray(given[0]) ? given[0] : given;
  const options = typeof normalized[0] === "object" ? normalized[0] : {};
  Object.assign(options, { host: "127.0.0.1", port, lookup: undefined });
  return connect.apply(this, given);
};
