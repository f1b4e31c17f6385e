/** No root key that is there opens what was sealed before; one that is made in its place would not either. */
export class MissingRootKey extends Error {
  override readonly name = 'MissingRootKey'

  constructor() {
    super('the root key is missing that long-lived keys are sealed under')
  }
}
