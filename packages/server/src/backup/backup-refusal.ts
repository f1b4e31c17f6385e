/** A backup that cannot be made, used or believed: the message says why and what to do. Nothing was changed. */
export class BackupRefusal extends Error {
  override readonly name = 'BackupRefusal'

  constructor(message: string, options?: ErrorOptions) {
    // Paths in a bucket are joined as those of folders are.
    super(message.replaceAll(/\bs3:\/(?!\/)/g, 's3://'), options)
  }
}
