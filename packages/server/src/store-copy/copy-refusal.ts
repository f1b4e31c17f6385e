/** A store that is not copied, and why; the message says what to do. */
export class CopyRefusal extends Error {
  override readonly name = 'CopyRefusal'
}
