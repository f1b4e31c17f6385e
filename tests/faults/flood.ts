/**
 * `node tests/faults/flood.ts URL CONNECTIONS BEGIN END`: reads it again and again, on so many connections, between two moments of `Date.now()`; prints how often each status
 * came, as JSON. A process for each party, so that none waits for another's answers to be read.
 */
import * as http from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'

const [url = '', connections = '1', begin = '0', end = '0'] = process.argv.slice(2)
const agent = new http.Agent({ keepAlive: true, maxSockets: Number(connections) })
const counts: Record<string, number> = {}

function once(): Promise<string> {
  return new Promise((resolve) => {
    const request = http.get(url, { agent }, (answer) => {
      answer.resume().on('end', () => resolve(String(answer.statusCode)))
    })
    request.on('error', (error) => resolve(error.message))
  })
}

await delay(Number(begin) - Date.now())
await Promise.all(
  Array.from({ length: Number(connections) }, async () => {
    while (Date.now() < Number(end)) {
      const outcome = await once()
      counts[outcome] = (counts[outcome] ?? 0) + 1
    }
  }),
)
agent.destroy()
process.stdout.write(JSON.stringify(counts))
