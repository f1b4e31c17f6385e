import { encodeBase32 } from '../../../access/totp.ts'
import { boundToDevice } from '../../../identities/mfa-codes.ts'
import { mfaSerialNumber } from '../../../identities/mfa-serial-number.ts'
import { sealedSecret } from '../../../identities/sealed-secret.ts'
import { iamMfaDevices } from '../../../metadata/tables/iam-tables.ts'
import { transact } from '../../../metadata/transaction.ts'
import { QueryError } from '../../../model/query-error.ts'
import { defineOperation } from '../../shared/operation.ts'
import { shownTags, withTags } from '../../shared/tags.ts'
import { isOfConfig } from './found-device.ts'
import { qrCodePng } from './qr-code-png.ts'

/** Source: RFC 4226, section 4, R6: 160 bits are recommended. */
const SEED_BYTES = 20

/** Source: IAM API Reference, EnableMFADevice, SerialNumber. With a longer one nothing could be done. */
const MOST_CHARACTERS = 256

/** A device that is nobody's yet. Its seed is told here and never again. */
export const CreateVirtualMFADevice = defineOperation('CreateVirtualMFADevice', {
  resource: ({ Path = '/', VirtualMFADeviceName }, { caller }) =>
    mfaSerialNumber(caller.account.id, `${Path}${VirtualMFADeviceName}`),
  tagging: 'TagMFADevice',
  async handle({ VirtualMFADeviceName, Path = '/', Tags = [] }, { service, caller: { account } }) {
    const pathAndName = `${Path}${VirtualMFADeviceName}`
    const SerialNumber = mfaSerialNumber(account.id, pathAndName)
    if (SerialNumber.length > MOST_CHARACTERS) {
      throw new QueryError(
        'ValidationError',
        `The serial number must have at most ${MOST_CHARACTERS} characters.`,
      )
    }
    const tags = withTags([], Tags, 'different')
    const seed = encodeBase32(service.random.bytes(SEED_BYTES))
    const sealed = await sealedSecret(service.storeKeys, boundToDevice(SerialNumber), seed, service.random)
    await transact(service.metadata, async (transaction) => {
      const before = await transaction.get(iamMfaDevices, account.id, pathAndName)
      if (before || isOfConfig(account, SerialNumber)) {
        throw new QueryError('EntityAlreadyExists', 'MFA device already exists.')
      }
      const createdMilliseconds = service.clock.now().getTime()
      transaction.put(iamMfaDevices, [account.id, pathAndName], {
        createdMilliseconds,
        ...sealed,
        ...(tags.length > 0 && { tags }),
      })
    })
    const label = encodeURIComponent(`${VirtualMFADeviceName}@${account.name}`)
    const VirtualMFADevice = {
      SerialNumber,
      Base32StringSeed: Buffer.from(seed),
      QRCodePNG: qrCodePng(`otpauth://totp/${label}?secret=${seed}`),
      ...(tags.length > 0 && { Tags: shownTags(tags) }),
    }
    return { VirtualMFADevice }
  },
})
