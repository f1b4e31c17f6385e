import { expect, it } from 'vitest'
import { jsonLog } from '../../../packages/server/src/base/log.ts'
import { mainAccount, otherAccount, otherCredentials } from '../../support/accounts.ts'
import { makeUser } from '../../support/identity-clients.ts'
import { enabledDevice, type TestDevice } from '../../support/mfa-devices.ts'
import { codeAt, DEVICE_SECRET, STEP_MILLISECONDS } from '../../support/one-time-code.ts'
import { type RawAnswer, xmlTexts } from '../../support/raw-request.ts'
import { referenceChecksum } from '../../support/reference-checksums.ts'
import { expectRefusal, expectStatus, TimeRoom, type TimeRoomOptions } from '../../support/time-room.ts'
import { versionOf } from '../../support/versioning.ts'

const SERIAL = 'arn:aws:iam::100000000001:mfa/phone'

class MfaRoom extends TimeRoom {
  static override async open(options: TimeRoomOptions = {}): Promise<MfaRoom> {
    const mfaDevices = [{ serialNumber: SERIAL, secret: DEVICE_SECRET }]
    const devicesOfOther = [{ serialNumber: 'GAHT12345678', secret: DEVICE_SECRET }]
    const { server } = await TimeRoom.open({
      ...options,
      versioning: true,
      accounts: [
        { ...mainAccount, mfaDevices },
        { ...otherAccount, mfaDevices: devicesOfOther },
      ],
    })
    return new MfaRoom(server)
  }

  /** What the device shows; then its next code is waited for, because each is good once. */
  mfa(serial = SERIAL): Record<string, string> {
    this.server.clock.advance(STEP_MILLISECONDS)
    return { 'x-amz-mfa': `${serial} ${codeAt(this.now)}` }
  }

  set(
    status: string,
    mfaDelete: string | undefined,
    headers: Record<string, string> = {},
  ): Promise<RawAnswer> {
    const mfa = mfaDelete === undefined ? '' : `<MfaDelete>${mfaDelete}</MfaDelete>`
    const body = `<VersioningConfiguration><Status>${status}</Status>${mfa}</VersioningConfiguration>`
    return this.putDocument('', 'versioning=', body, { headers })
  }

  remove(key: string, version: string, headers: Record<string, string> = {}): Promise<RawAnswer> {
    return this.request('DELETE', key, { query: `versionId=${version}`, headers })
  }

  async shown(): Promise<readonly (string | undefined)[]> {
    const { text } = await this.request('GET', '', { query: 'versioning=' })
    return [xmlTexts(text, 'Status')[0], xmlTexts(text, 'MfaDelete')[0]]
  }
}

it('is enabled and disabled with a code, and shown', async () => {
  await using room = await MfaRoom.open()
  expect(await room.shown()).toEqual(['Enabled', undefined])
  expectRefusal(await room.set('Enabled', 'Enabled'), 403, 'AccessDenied')
  expectStatus(await room.set('Enabled', 'Enabled', room.mfa()))
  expect(await room.shown()).toEqual(['Enabled', 'Enabled'])
  expectRefusal(await room.set('Enabled', 'Disabled'), 403, 'AccessDenied')
  expectStatus(await room.set('Enabled', 'Disabled', room.mfa()))
  expect(await room.shown()).toEqual(['Enabled', 'Disabled'])
})

it('a change of versioning wants a code then, and keeps MFA delete as it is', async () => {
  await using room = await MfaRoom.open()
  expectStatus(await room.set('Enabled', 'Enabled', room.mfa()))
  expectRefusal(await room.set('Suspended', undefined), 403, 'AccessDenied')
  expectStatus(await room.set('Suspended', undefined, room.mfa()))
  expect(await room.shown()).toEqual(['Suspended', 'Enabled'])
})

it('versions are deleted with a code alone; a delete marker needs none to be made', async () => {
  await using room = await MfaRoom.open()
  const version = await room.put('k')
  expectStatus(await room.set('Enabled', 'Enabled', room.mfa()))
  const marker = versionOf(await room.request('DELETE', 'k')) ?? ''
  expectRefusal(await room.remove('k', marker), 403, 'AccessDenied')
  expectStatus(await room.remove('k', marker, room.mfa()), 204)
  expectRefusal(await room.remove('k', version), 403, 'AccessDenied')
  expect((await room.request('GET', 'k')).text).toBe('k')
  expectStatus(await room.remove('k', version, room.mfa()), 204)
  expect(await room.versions()).toEqual([])
})

it.each([
  [
    'an old code',
    (room: MfaRoom) => ({ 'x-amz-mfa': `${SERIAL} ${codeAt(new Date(room.now.getTime() - 90_000))}` }),
  ],
  [
    'a code of the future',
    (room: MfaRoom) => ({ 'x-amz-mfa': `${SERIAL} ${codeAt(new Date(room.now.getTime() + 90_000))}` }),
  ],
  ['a device of another account', (room: MfaRoom) => room.mfa('GAHT12345678')],
  ['an unknown device', (room: MfaRoom) => room.mfa('GAHT00000000')],
  ['a serial number alone', () => ({ 'x-amz-mfa': SERIAL })],
  ['a code alone', (room: MfaRoom) => ({ 'x-amz-mfa': codeAt(room.now) })],
  ['nothing', () => ({ 'x-amz-mfa': '' })],
])('%s is refused', async (_, headers) => {
  await using room = await MfaRoom.open()
  const version = await room.put('k')
  expectStatus(await room.set('Enabled', 'Enabled', room.mfa()))
  room.server.clock.advance(10 * STEP_MILLISECONDS)
  expectRefusal(await room.remove('k', version, headers(room)), 403, 'AccessDenied')
})

it('a code is good once, also at two requests at the same time', async () => {
  await using room = await MfaRoom.open()
  const versions = await Promise.all(['1', '2', '3'].map((body) => room.put('k', body)))
  expectStatus(await room.set('Enabled', 'Enabled', room.mfa()))
  const headers = room.mfa()
  const answers = await Promise.all(versions.map((version) => room.remove('k', version, headers)))
  const statuses = answers.map(({ status }) => status)
  expect(statuses.toSorted((one, other) => one - other)).toEqual([204, 403, 403])
})

it('wrong codes are counted: after five none is looked at for 30 seconds, then for twice as long', async () => {
  let logged = ''
  const log = jsonLog('warn', { write: (line) => (logged += line) })
  await using room = await MfaRoom.open({ log })
  const version = await room.put('k')
  expectStatus(await room.set('Enabled', 'Enabled', room.mfa()))
  const right = room.mfa()
  const wrong = (at: number) => ({
    'x-amz-mfa': `${SERIAL} ${String(Number(codeAt(room.now)) ^ (at + 1)).padStart(6, '0')}`,
  })
  const guesses = await Promise.all([0, 1, 2, 3, 4].map((at) => room.remove('k', version, wrong(at))))
  for (const answer of guesses) expectRefusal(answer, 403, 'AccessDenied')
  const refused = await room.remove('k', version, right)
  expectRefusal(refused, 403, 'AccessDenied')
  expectRefusal(await room.set('Enabled', 'Disabled', right), 403, 'AccessDenied')
  expect(refused.text).toContain('The MFA serial number or code is not valid')
  room.server.clock.advance(STEP_MILLISECONDS)
  expectRefusal(await room.remove('k', version, wrong(0)), 403, 'AccessDenied')
  expectRefusal(await room.remove('k', version, room.mfa()), 403, 'AccessDenied')
  expectStatus(await room.remove('k', version, room.mfa()), 204)
  const told = logged
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { readonly kind?: string })
    .filter(({ kind }) => kind === 'mfa')
  const whose = `${mainAccount.id} ${SERIAL}`
  expect(told).toMatchObject([
    { whose, wrongGuesses: 5, pauseSeconds: 30 },
    { whose, wrongGuesses: 6, pauseSeconds: 60 },
  ])
  expect(logged).not.toContain(right['x-amz-mfa']?.split(' ')[1])
})

it('a code that was used is no guess', async () => {
  await using room = await MfaRoom.open()
  const versions = await Promise.all(['1', '2'].map((body) => room.put('k', body)))
  expectStatus(await room.set('Enabled', 'Enabled', room.mfa()))
  const used = room.mfa()
  expectStatus(await room.remove('k', versions[0] ?? '', used), 204)
  for (let count = 1; count <= 9; count++) {
    expectRefusal(await room.remove('k', versions[1] ?? '', used), 403, 'AccessDenied')
  }
  expectStatus(await room.remove('k', versions[1] ?? '', room.mfa()), 204)
})

it('DeleteObjects takes one code for all of its versions, and refuses the whole without', async () => {
  await using room = await MfaRoom.open()
  const versions = await Promise.all(['a', 'b'].map(async (key) => [key, await room.put(key)] as const))
  await room.put('c')
  expectStatus(await room.set('Enabled', 'Enabled', room.mfa()))
  const objects = versions.map(
    ([key, version]) => `<Object><Key>${key}</Key><VersionId>${version}</VersionId></Object>`,
  )
  const send = (list: string, headers: Record<string, string>) => {
    const body = `<Delete>${list}</Delete>`
    return room.request('POST', '', {
      query: 'delete=',
      body,
      headers: { 'content-md5': referenceChecksum('MD5', body), ...headers },
    })
  }
  const hide = '<Object><Key>c</Key></Object>'
  expectRefusal(await send(objects.join('') + hide, {}), 403, 'AccessDenied')
  expectRefusal(await send(hide, { 'x-amz-mfa': `${SERIAL} 000000` }), 403, 'AccessDenied')
  expect(await room.keys()).toEqual(['a', 'b', 'c'])
  const done = await send(objects.join(''), room.mfa())
  expect([done.status, xmlTexts(done.text, 'Code')]).toEqual([200, []])
  expectStatus(await send(hide, {}))
  expect(await room.keys()).toEqual([])
})

it('only the owner enables it, whatever a policy allows', async () => {
  await using room = await MfaRoom.open()
  const statement = {
    Effect: 'Allow',
    Principal: { AWS: '100000000002' },
    Action: 's3:PutBucketVersioning',
    Resource: `arn:aws:s3:::${room.bucket}`,
  }
  const policy = JSON.stringify({ Version: '2012-10-17', Statement: [statement] })
  await room.putDocument('', 'policy=', policy)
  const body =
    '<VersioningConfiguration><Status>Enabled</Status><MfaDelete>Enabled</MfaDelete></VersioningConfiguration>'
  const headers = room.mfa('GAHT12345678')
  const answer = await room.putDocument('', 'versioning=', body, { headers, credentials: otherCredentials })
  expectRefusal(answer, 403, 'AccessDenied')
  const plain = body.replace(/<MfaDelete>.*<\/MfaDelete>/, '')
  expectStatus(await room.putDocument('', 'versioning=', plain, { credentials: otherCredentials }))
})

it('lifecycle rules and MFA delete exclude each other', async () => {
  await using room = await MfaRoom.open()
  const rules =
    '<LifecycleConfiguration><Rule><ID>r</ID><Status>Enabled</Status><Filter/><Expiration><Days>1</Days></Expiration></Rule></LifecycleConfiguration>'
  const put = () => room.putDocument('', 'lifecycle=', rules)
  expectStatus(await put())
  expectRefusal(await room.set('Enabled', 'Enabled', room.mfa()), 409, 'InvalidBucketState')
  expectStatus(await room.request('DELETE', '', { query: 'lifecycle=' }), 204)
  expectStatus(await room.set('Enabled', 'Enabled', room.mfa()))
  expectRefusal(await put(), 409, 'InvalidBucketState')
})

it('a bucket without MFA delete takes no heed of the header', async () => {
  await using room = await MfaRoom.open()
  const version = await room.put('k')
  expectStatus(await room.remove('k', version, { 'x-amz-mfa': 'nonsense' }), 204)
})

it("takes the codes of a virtual device of IAM: the root user's, and of users their own", async () => {
  await using room = await MfaRoom.open()
  const first = await room.put('k')
  const second = await room.put('k')
  const headers = (device: TestDevice) => {
    const { SerialNumber, TokenCode } = device.fresh()
    return { 'x-amz-mfa': `${SerialNumber} ${TokenCode}` }
  }
  const ofRoot = await enabledDevice(room.server, mainAccount.name, 'root-account-mfa-device')
  expectStatus(await room.set('Enabled', 'Enabled', headers(ofRoot)))
  const credentials = await makeUser(room.server, 'jane', { Effect: 'Allow', Action: 's3:*', Resource: '*' })
  const own = await enabledDevice(room.server, 'jane')
  const remove = (version: string, device: TestDevice) =>
    room.request('DELETE', 'k', { query: `versionId=${version}`, headers: headers(device), credentials })
  expectRefusal(await remove(first, ofRoot), 403, 'AccessDenied')
  expectStatus(await remove(first, own), 204)
  expectRefusal(await room.remove('k', second, headers(own)), 403, 'AccessDenied')
  expectStatus(await room.remove('k', second, headers(ofRoot)), 204)
})
