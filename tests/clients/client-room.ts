import { beforeAll, beforeEach, type TestContext } from 'vitest'
import {
  type ServerProcess,
  type ServerProcessOptions,
  startServerProcess,
} from '../support/server-process.ts'
import { type TemporaryDirectory, temporaryDirectory } from '../support/temporary-directory.ts'

/** What the tests of a client work with: one server for all of a file, a new folder for each. */
export interface ClientRoom {
  readonly server: ServerProcess
  readonly folder: TemporaryDirectory
}

/** `require` comes before each test, which it skips where the client is not there. */
export function clientRoom(
  require: (context: TestContext) => Promise<unknown> = async () => {},
  options: ServerProcessOptions = {},
): ClientRoom {
  let server: ServerProcess
  let folder: TemporaryDirectory
  beforeAll(async () => {
    server = await startServerProcess(options)
    return () => server[Symbol.asyncDispose]()
  })
  beforeEach(async (context) => {
    await require(context)
    folder = await temporaryDirectory()
    return () => folder[Symbol.asyncDispose]()
  })
  return {
    get server() {
      return server
    },
    get folder() {
      return folder
    },
  }
}
