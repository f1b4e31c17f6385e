import { once } from 'node:events'
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import { json } from 'node:stream/consumers'
import { listen } from '../support/listen.ts'

export interface PageServer extends AsyncDisposable {
  readonly url: string
  /** What the page says when it is done. */
  readonly report: Promise<unknown>
}

/**
 * Serves a page with one script, takes its report, and hands everything else on to an S3 server: the page and the
 * buckets are of one origin.
 */
export async function startPageServer(script: string, s3Port: number): Promise<PageServer> {
  const { promise: report, resolve } = Promise.withResolvers<unknown>()
  const server = createServer((incoming, outgoing) => {
    if (incoming.url === '/-/page') {
      outgoing.setHeader('content-type', 'text/html').end('<script type="module" src="/-/script"></script>')
    } else if (incoming.url === '/-/script') {
      outgoing.setHeader('content-type', 'text/javascript').end(script)
    } else if (incoming.url === '/-/report') {
      resolve(json(incoming))
      outgoing.end()
    } else {
      handOn(incoming, outgoing, s3Port)
    }
  })
  return {
    url: await listen(server),
    report,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

// With the headers as they are, the host's included: they are signed.
function handOn(incoming: IncomingMessage, outgoing: ServerResponse, port: number): void {
  const { method, url, headers } = incoming
  const onward = request({ host: '127.0.0.1', port, method, path: url, headers }, (answer) => {
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
    answer.pipe(outgoing)
  })
  onward.on('error', () => outgoing.destroy())
  incoming.pipe(onward)
}
