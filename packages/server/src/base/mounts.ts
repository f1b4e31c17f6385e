import { readFile, realpath } from 'node:fs/promises'

/** The file system that holds a path, as the system mounted it. */
export interface Mount {
  /** For example `ext4`, `tmpfs`, `nfs4`. */
  readonly kind: string
  /** Of the mount and of the file system, for example `ro` and `nobarrier`. */
  readonly options: readonly string[]
}

/** `undefined` where the system does not tell: only Linux does without native code. */
export async function mountOf(path: string, table = '/proc/self/mountinfo'): Promise<Mount | undefined> {
  const [real, text] = await Promise.all([realpath(path), readFile(table, 'utf8').catch(() => '')])
  const covering = text.split('\n').flatMap((line) => parseMount(line) ?? [])
  // Of two on the same point the later one hides the other.
  return covering
    .filter(({ point }) => point === '/' || real === point || real.startsWith(`${point}/`))
    .reduce<(Mount & { readonly point: string }) | undefined>(
      (best, mount) => (best && best.point.length > mount.point.length ? best : mount),
      undefined,
    )
}

/** Source: proc_pid_mountinfo(5). Spaces and the like are written as octal numbers. */
function parseMount(line: string): (Mount & { readonly point: string }) | undefined {
  const [before = '', after = ''] = line.split(' - ')
  const [, , , , point, own] = before.split(' ')
  const [kind, , shared] = after.split(' ')
  if (point === undefined || own === undefined || !kind) return undefined
  const plain = point.replaceAll(/\\(\d{3})/g, (_, octal: string) => String.fromCharCode(parseInt(octal, 8)))
  return { point: plain, kind, options: [...own.split(','), ...(shared ?? '').split(',')] }
}
