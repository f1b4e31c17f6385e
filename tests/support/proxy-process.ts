import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile, writeFile } from 'node:fs/promises'
import { createConnection } from 'node:net'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

export interface Place {
  readonly folder: string
  readonly port: number
}

export interface ProxyKind {
  readonly command: string
  /** Goes round the page's snippet, which listens on `port` of the loopback address then. */
  readonly configure: (snippet: string, place: Place) => string
  readonly words: (file: string, folder: string) => readonly string[]
}

export const proxyKinds: Readonly<Record<string, ProxyKind>> = {
  nginx: {
    command: 'nginx',
    configure: (snippet, { folder, port }) => {
      const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
      const temporary = paths.map((name) => `${name}_temp_path ${folder}/${name};`).join('\n')
      const own = snippet.replace(/listen (?:443|80)/, `listen 127.0.0.1:${port}`)
      return `daemon off; master_process off; pid ${folder}/pid; error_log stderr;
        events {} http { access_log off; ${temporary} ${own} }`
    },
    words: (file, folder) => ['-p', folder, '-e', 'stderr', '-c', file],
  },
  caddyfile: {
    command: 'caddy',
    configure: (snippet, { port }) => {
      const sites = `https://localhost:${port} {\n  bind 127.0.0.1`
      const own = snippet.replace('s3.example.com, *.s3.example.com {', sites)
      return `{\n  admin off\n  auto_https disable_redirects\n}\n${own}`
    },
    words: (file) => ['run', '--adapter', 'caddyfile', '--config', file],
  },
  haproxy: {
    command: 'haproxy',
    configure: (snippet, { port }) => snippet.replace(/bind :(?:443|80)/, `bind 127.0.0.1:${port}`),
    words: (file) => ['-db', '-f', file],
  },
}

/** What a page of the documentation says of a proxy. */
export async function proxySnippet(page: string, language: string): Promise<string> {
  const text = await readFile(new URL(`../../docs/${page}`, import.meta.url), 'utf8')
  const [, snippet] = new RegExp(`\`\`\`${language}\n([^]*?)\`\`\``).exec(text) ?? []
  if (snippet === undefined) throw new Error(`${page} says nothing of ${language}`)
  return snippet
}

/** Runs a proxy by such a snippet, with its files in a folder. */
export async function runProxy(
  { command, configure, words }: ProxyKind,
  snippet: string,
  place: Place,
): Promise<AsyncDisposable> {
  const { folder, port } = place
  const file = join(folder, 'config')
  await writeFile(file, configure(snippet, place))
  const child = spawn(command, words(file, folder), {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, HOME: folder },
  })
  const printed: string[] = []
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => printed.push(text))
  await untilListening(child, port, printed)
  return {
    async [Symbol.asyncDispose]() {
      const ended = once(child, 'exit')
      child.kill('SIGKILL')
      await ended
    },
  }
}

async function untilListening(child: ChildProcess, port: number, printed: readonly string[]): Promise<void> {
  const deadline = Date.now() + 20_000
  while (!(await isListening(port))) {
    if (child.exitCode !== null || Date.now() > deadline) {
      child.kill('SIGKILL')
      throw new Error(`the proxy does not listen: ${printed.join('')}`)
    }
    await delay(50)
  }
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection(port, '127.0.0.1')
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    socket.once('connect', () => socket.destroy())
  })
}
