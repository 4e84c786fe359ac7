import type { ProtectionKind } from './document-fields.ts';

/** What a Content-Type or Content-Class header says of encryption and signatures (RFC 8551, RFC 3156); null when nothing. */
export function protectionOfHeader(value: string): ProtectionKind | null {
  const text = value.toLowerCase();
  if (text.includes('pkcs7-signature')) return 'smimeSigned';
  if (text.includes('pkcs7-mime')) {
    if (text.includes('signed-data') || text.startsWith('multipart/signed')) return 'smimeSigned';
    return text.includes('enveloped-data') || text.includes('authenveloped') ? 'smimeEncrypted' : 'smime';
  }
  if (text.includes('pgp-signature')) return 'pgpSigned';
  if (text.includes('pgp-encrypted')) return 'pgpEncrypted';
  // Outlook's class of mails under rights management ([MS-OXORMMS], section 2.2).
  return text.startsWith('rpmsg.message') || text.includes('microsoft-rpmsg-message') ? 'rightsProtected' : null;
}

/** What an attachment's media type and name say; the type goes first, since anybody may choose a name. */
export function protectionOfAttachment(attachment: { name: string | null; contentType: string | null }): ProtectionKind | null {
  const told = attachment.contentType === null ? null : protectionOfHeader(attachment.contentType);
  if (told !== null && told !== 'smime') return told;
  const name = attachment.name?.toLowerCase() ?? '';
  if (name.endsWith('.rpmsg')) return 'rightsProtected';
  if (name === 'smime.p7s') return 'smimeSigned';
  if (name === 'smime.p7m') return 'smime';
  return told;
}

/** What the armour in a body says (RFC 9580, section 6.2). */
export function protectionOfBody(body: string): ProtectionKind[] {
  // One search over the whole body; the few that have it are searched again.
  if (!body.includes('-----BEGIN PGP ')) return [];
  const kinds: ProtectionKind[] = [];
  if (body.includes('-----BEGIN PGP MESSAGE')) kinds.push('pgpEncrypted');
  if (body.includes('-----BEGIN PGP SIGNED MESSAGE') || body.includes('-----BEGIN PGP SIGNATURE')) kinds.push('pgpSigned');
  return kinds;
}
