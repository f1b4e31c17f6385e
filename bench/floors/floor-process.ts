import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileFloor } from './file.ts'
import { filesFloor } from './files.ts'
import type { Floor } from './floor.ts'
import { lmdbFloor } from './lmdb.ts'
import { logFloor } from './log.ts'
import { memoryFloor } from './memory.ts'

// Run by start-floor.ts: takes a Floor as its first message and answers with the port it listens on.

async function listenerOf(floor: Floor): Promise<RequestListener> {
  switch (floor.kind) {
    case 'memory':
      return memoryFloor(floor.answer)
    case 'file':
      return fileFloor(floor.directory, floor.sizeBytes, floor.headers)
    case 'lmdb':
      return lmdbFloor(floor.directory, floor.headers, floor.read)
    case 'log':
      return logFloor(floor.directory, floor.headers)
    case 'files':
      return filesFloor(floor.directory, floor.headers)
  }
}

async function serve(floor: Floor): Promise<void> {
  const server = createServer(await listenerOf(floor))
  server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port))
}

// Where the bench is killed, its floors end too.
process.once('disconnect', () => process.exit())
process.once('message', (floor: Floor) => void serve(floor))
