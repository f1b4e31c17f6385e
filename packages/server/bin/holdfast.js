#!/usr/bin/env node
// Old Nodes have to read this file to its end, and nothing else before they are told.
const NEEDED_NODE = 24
if (Number.parseInt(process.versions.node, 10) < NEEDED_NODE) {
  process.stderr.write(`Holdfast needs Node.js ${NEEDED_NODE} or newer; this is ${process.versions.node}.\n`)
  process.exit(1)
}
await import('./run.js')
