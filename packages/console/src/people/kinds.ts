/** What IAM has, by its place in the address. */
export type Kind = 'users' | 'groups' | 'roles' | 'policies'

export const KINDS: readonly Kind[] = ['users', 'groups', 'roles', 'policies']

/** Who has policies. */
export type Holder = 'User' | 'Group' | 'Role'
