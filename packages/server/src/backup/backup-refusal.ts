/** A backup that cannot be made, used or believed: the message says why and what to do. Nothing was changed. */
export class BackupRefusal extends Error {
  override readonly name = 'BackupRefusal'
}
