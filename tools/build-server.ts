import { execFileSync } from 'node:child_process'
import { cpSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const server = fileURLToPath(new URL('../packages/server/', import.meta.url))
const modules = fileURLToPath(new URL('../node_modules/', import.meta.url))

export interface BuiltServer extends Disposable {
  /** The path of the command `holdfast`. */
  readonly command: string
  /** Once more, after a change of the source. */
  readonly build: () => void
}

/** The server as its package has it, in a folder of its own that finds its packages. */
export function buildServer(): BuiltServer {
  const folder = join(modules, `.holdfast-built-${process.pid}`)
  const build = (): void => {
    const line = ['-c', 'rolldown.config.ts', '-d', join(folder, 'dist')]
    execFileSync(join(modules, '.bin/rolldown'), line, {
      cwd: server,
      stdio: ['ignore', 'ignore', 'inherit'],
    })
  }
  for (const part of ['bin', 'package.json']) {
    cpSync(join(server, part), join(folder, part), { recursive: true })
  }
  build()
  return {
    command: join(folder, 'bin/holdfast.js'),
    build,
    [Symbol.dispose]: () => rmSync(folder, { recursive: true }),
  }
}
