import type { Socket } from 'node:net'
import type { Soon } from '../base/soon.ts'
import type { EncodedResponse } from '../protocol/encode.ts'
import type { RequestHead } from '../base/request-head.ts'

/** What one address of a server answers besides the APIs, and whom it lets at them. */
export interface Door {
  /** Whether nobody but who signs in the Authorization header gets at the APIs, so that no answer can be opened as a page. */
  readonly headerSignedOnly: boolean
  /**
   * The answer to what is no request of an API; `undefined` where it is one. `connection`: the client's own; absent where a proxy
   * speaks for it.
   */
  answer(
    head: RequestHead,
    connection: Pick<Socket, 'localAddress'> | undefined,
    isDraining: boolean,
  ): Soon<EncodedResponse> | undefined
}
