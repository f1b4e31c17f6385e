import { type Unzipped, unzipSync } from 'fflate'

const MOST_FILE_BYTES = 256 * 1024 * 1024

/** The files of an archive that are wanted. Throws an error in words for what is none. */
export function archiveFiles(bytes: Uint8Array, isWanted: (name: string) => boolean): Unzipped {
  try {
    return unzipSync(bytes, {
      filter: ({ name, originalSize }) => isWanted(name) && originalSize <= MOST_FILE_BYTES,
    })
  } catch (cause) {
    throw new Error('The file is no zip archive, or is damaged.', { cause })
  }
}
