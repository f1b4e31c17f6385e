import type { Damage, StoreTools } from '../compose/store-tools.ts'
import { byteText, type ProgressBar } from './progress-bar.ts'

/** What is damaged, as people name it, and how. */
export function damageText({ table, bucketName, key, versionId, reason }: Damage): string {
  const object = key === '' ? bucketName : `${bucketName}/${key}`
  const version = versionId === '' ? '' : ` (version ${versionId})`
  const row = table === undefined ? [] : [`row of ${table}`]
  return `${[...row, ...(object === '' ? [] : [`${object}${version}`])].join(' ')}: ${reason}`
}

/** How far a reading of everything is, on a bar. */
export function scrubShownOn(bar: ProgressBar): Parameters<StoreTools['scrub']>[0] {
  return ({ bytes, totalBytes, objects }) => {
    const share = totalBytes === 0 ? 1 : bytes / totalBytes
    bar.show(share, `${byteText(bytes)} of ${byteText(totalBytes)}, ${objects} objects`)
  }
}
