import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import { defineConfig, type Plugin } from 'vite'
import { notices } from '../../tools/notices.ts'

export default defineConfig({
  root: import.meta.dirname,
  base: '/-/console/',
  build: {
    // `light-dark()` and nested rules stay as they are written.
    target: ['chrome123', 'firefox128', 'safari18'],
    // Neither inline scripts nor inline styles: the page's policy forbids them. All known browsers preload modules.
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    reportCompressedSize: false,
  },
  plugins: [notices(), compressed()],
})

/** The text files once more, compressed: the server sends them as they are. */
function compressed(): Plugin {
  return {
    name: 'compressed',
    generateBundle: {
      order: 'post',
      handler(_, bundle) {
        for (const file of Object.values(bundle)) {
          const source = file.type === 'chunk' ? file.code : file.source
          if (!/\.(js|css|html)$/.test(file.fileName) || source.length < 1000) continue
          const size = { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }
          this.emitFile({
            type: 'asset',
            fileName: `${file.fileName}.br`,
            source: brotliCompressSync(source, size),
          })
          this.emitFile({ type: 'asset', fileName: `${file.fileName}.gz`, source: gzipSync(source) })
        }
      },
    },
  }
}
