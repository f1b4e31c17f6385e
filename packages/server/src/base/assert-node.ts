/** The same as in bin/holdfast.js, which has to be read by any Node. */
const NEEDED_NODE = 24

/** Throws, in one line for people, where this Node is too old. */
export function assertNode(): void {
  const { node } = process.versions
  if (Number.parseInt(node, 10) >= NEEDED_NODE) return
  throw new Error(`Holdfast needs Node.js ${NEEDED_NODE} or newer; this is ${node}.`)
}
