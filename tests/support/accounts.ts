export interface Credentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
}

/** The first account of every test server, and its key. */
export const mainCredentials: Credentials = {
  accessKeyId: 'HOLDFASTMAINKEY00001',
  secretAccessKey: 'main/secret+key/0123456789abcdefghijklmn',
}

export const mainAccount = {
  id: '100000000001',
  name: 'main',
  displayName: 'M. Tester',
  email: 'main@example.com',
  canonicalId: '1'.repeat(64),
  accessKeys: [mainCredentials],
}

/** A stranger to everything that the first account owns. */
export const otherCredentials: Credentials = {
  accessKeyId: 'HOLDFASTOTHERKEY0001',
  secretAccessKey: 'other/secret+key/0123456789abcdefghijklm',
}

export const otherAccount = {
  id: '100000000002',
  name: 'other',
  displayName: 'O. Tester',
  email: 'other@example.com',
  canonicalId: '2'.repeat(64),
  accessKeys: [otherCredentials],
}

/** In no config of a test until the test changes it. */
export const thirdAccount = {
  ...otherAccount,
  id: '100000000003',
  name: 'new',
  email: 'new@example.com',
  canonicalId: '3'.repeat(64),
  accessKeys: [
    { accessKeyId: 'HOLDFASTNEWKEY000001', secretAccessKey: 'new/secret+key/0123456789abcdefghijklmno' },
  ],
}

export const testRegion = 'us-east-1'
