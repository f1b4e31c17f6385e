import {
  CreateVirtualMFADeviceCommand,
  type CreateVirtualMFADeviceCommandInput,
  EnableMFADeviceCommand,
} from '@aws-sdk/client-iam'
import type { TestServer } from 'holdfast'
import { mainAccount } from './accounts.ts'
import { iamClient } from './identity-clients.ts'
import { codeAt, STEP_MILLISECONDS } from './one-time-code.ts'

/** The serial number of a device of the first account. */
export function serialNumber(pathAndName: string): string {
  return `arn:aws:iam::${mainAccount.id}:mfa/${pathAndName}`
}

/** A virtual device as an app on a telephone has it. */
export class TestDevice {
  readonly SerialNumber: string
  /** What its clock is ahead of the server's. */
  aheadMilliseconds = 0
  readonly #server: TestServer
  readonly #seed: Buffer

  constructor(server: TestServer, SerialNumber: string, seed: Buffer) {
    this.#server = server
    this.SerialNumber = SerialNumber
    this.#seed = seed
  }

  /** What it shows so many steps from now. */
  code(steps = 0): string {
    const time = this.#server.clock.now().getTime() + this.aheadMilliseconds + steps * STEP_MILLISECONDS
    return codeAt(new Date(time), this.#seed)
  }

  /** A code that nobody used before: its next one is waited for. */
  fresh(): { SerialNumber: string; TokenCode: string } {
    this.#server.clock.advance(STEP_MILLISECONDS)
    return { SerialNumber: this.SerialNumber, TokenCode: this.code() }
  }

  /** Two codes in a row, of which nobody used any before. */
  two(): { SerialNumber: string; AuthenticationCode1: string; AuthenticationCode2: string } {
    this.#server.clock.advance(2 * STEP_MILLISECONDS)
    return {
      SerialNumber: this.SerialNumber,
      AuthenticationCode1: this.code(-1),
      AuthenticationCode2: this.code(),
    }
  }
}

export async function makeDevice(
  server: TestServer,
  VirtualMFADeviceName: string,
  input: Partial<CreateVirtualMFADeviceCommandInput> = {},
): Promise<TestDevice> {
  const command = new CreateVirtualMFADeviceCommand({ VirtualMFADeviceName, ...input })
  const { VirtualMFADevice } = await iamClient(server).send(command)
  const seed = Buffer.from(VirtualMFADevice?.Base32StringSeed ?? []).toString()
  return new TestDevice(server, VirtualMFADevice?.SerialNumber ?? '', base32(seed))
}

/** A device that is a user's, of that name. */
export async function enabledDevice(
  server: TestServer,
  UserName: string,
  name = UserName,
): Promise<TestDevice> {
  const device = await makeDevice(server, name)
  await iamClient(server).send(new EnableMFADeviceCommand({ UserName, ...device.two() }))
  return device
}

export function base32(text: string): Buffer {
  const digits = Array.from(text, (symbol) =>
    'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(symbol).toString(2).padStart(5, '0'),
  )
  const octets = digits.join('').match(/.{8}/g) ?? []
  return Buffer.from(octets.map((octet) => Number.parseInt(octet, 2)))
}
