import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { defineConfig, type Plugin } from 'rolldown'

/*
 * The server as few files: a start of it is half as long as one of its thousand sources, most of which Node spends on finding
 * them. `tsc` writes the declarations beside.
 */

/** Put into the files with the server's own code. All others stay packages, mostly since they bring native parts. */
const BUNDLED = new Set(['zod', 'commander', '@fastify/busboy', 'fflate', 'jose', 'qr'])

export default defineConfig({
  input: {
    index: 'src/index.ts',
    'cli/main': 'src/cli/main.ts',
    'cli/digest-thread': 'src/base/digest-thread.ts',
  },
  platform: 'node',
  external: (id) => !/^[./\0]/.test(id) && !BUNDLED.has(id),
  plugins: [notices()],
  output: {
    dir: 'dist',
    entryFileNames: '[name].js',
    chunkFileNames: 'cli/[name]-[hash].js',
    sourcemap: true,
  },
})

/** The licences of what is bundled ask to go with it. */
function notices(): Plugin {
  return {
    name: 'notices',
    generateBundle() {
      const folders = new Set(
        [...this.getModuleIds()].flatMap((id) => /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(id)?.[0] ?? []),
      )
      const source = [...folders].sort().map(notice).join('\n\n')
      this.emitFile({ type: 'asset', fileName: 'THIRD-PARTY-NOTICES.txt', source })
    },
  }
}

function notice(folder: string): string {
  const { name, version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
    name: string
    version: string
  }
  const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry))
  if (file === undefined) throw new Error(`${name} has no licence to go with it`)
  return `${name} ${version}\n\n${readFileSync(join(folder, file), 'utf8')}`
}
