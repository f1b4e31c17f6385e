import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, globSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const console = join(root, 'packages/console')

/** Builds the console where its source is newer than what was built of it; else takes a few milliseconds. */
export function buildConsole(): void {
  const built = join(console, 'dist/index.html')
  if (existsSync(built) && statSync(built).mtimeMs >= newestSource()) return
  execFileSync(
    process.execPath,
    [join(root, 'node_modules/vite/bin/vite.js'), 'build', '--logLevel', 'warn'],
    {
      cwd: console,
      stdio: ['ignore', 'ignore', 'inherit'],
    },
  )
}

function newestSource(): number {
  const files = globSync(['src/**', 'public/**', '*.html', '*.ts', 'package.json'], { cwd: console })
  return Math.max(...files.map((file) => statSync(join(console, file)).mtimeMs))
}

// `node tools/build-console.ts [FOLDER]`: with a folder, what was built is copied there too.
if (import.meta.main) {
  buildConsole()
  const [folder] = process.argv.slice(2)
  if (folder !== undefined) cpSync(join(console, 'dist'), resolve(folder), { recursive: true })
}
