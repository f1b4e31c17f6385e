import { defineConfig } from 'rolldown'
import { notices } from '../../tools/notices.ts'

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
    'cli/parquet-thread': 'src/background/inventory/parquet-thread.ts',
    'cli/query-thread': 'src/select/query-thread.ts',
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
