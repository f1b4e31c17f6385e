/** Somebody else has brought a job on: what is done here for it is not wanted any more. */
export class JobMovedOn extends Error {
  override readonly name = 'JobMovedOn'
}
