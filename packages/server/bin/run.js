// In a clone Node runs the TypeScript source as it is; the published package carries only dist.
import { existsSync } from 'node:fs'
import { enableCompileCache } from 'node:module'
import { fileURLToPath } from 'node:url'
import { setFlagsFromString } from 'node:v8'
// A request passes through many small functions, of which V8 puts fewer together by default (920) than this code gains by: without it a GET or
// HEAD takes a twentieth to a tenth more CPU. Not of what embeds the server: it is a setting of the whole process.
setFlagsFromString('--max-inlined-bytecode-size-cumulative=4000')
// What lives here is some 25 MB, which V8 lets grow by a tenth: then it goes through all of it each time that the young objects, as many
// again, have filled their space, three times a second with one client that writes. With three times as much it does so every few seconds.
setFlagsFromString('--heap-growing-percent=200')
// A start is half as long with what an earlier one compiled. Beside the code, so that who may write it may change the code
// too; where nothing can be written, nothing is kept.
enableCompileCache(fileURLToPath(new URL('../.cache/', import.meta.url)))
const source = new URL('../src/cli/main.ts', import.meta.url)
const { main } = await import(
  existsSync(source) ? source.href : new URL('../dist/cli/main.js', import.meta.url).href
)
await main(process.argv.slice(2))
