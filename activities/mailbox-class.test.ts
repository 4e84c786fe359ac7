import { describe, expect, it } from 'vitest';
import { absenceOf, classOfPurpose, classOfReadable, toHints } from './mailbox-class.ts';

const nothing = { guest: false, plan: false, planLost: false, synced: false };

describe('the class of a mailbox', () => {
  it.each([
    ['user', 'user'],
    ['Shared', 'shared'],
    ['room', 'room'],
    ['equipment', 'equipment'],
    ['linked', 'linked'],
    ['others', 'other'],
    ['unknownFutureValue', null],
    [null, null],
  ])("is Exchange's word %s", (purpose, expected) => {
    expect(classOfPurpose(purpose)).toBe(expected);
  });

  it('is only what the directory is sure of where Exchange says nothing', () => {
    expect(classOfReadable({ ...nothing, plan: true })).toBe('user');
    expect(classOfReadable({ ...nothing, guest: true })).toBe('guest');
    expect(classOfReadable(nothing)).toBe('unknown');
  });

  it('reads what the directory says whatever it leaves out', () => {
    expect(toHints({ id: 'u' })).toEqual(nothing);
    const plans = [
      { service: 'exchange', capabilityStatus: 'Deleted' },
      { service: 'SharePoint', capabilityStatus: 'Enabled' },
    ];
    expect(toHints({ id: 'u', userType: null, assignedPlans: plans, onPremisesSyncEnabled: null })).toEqual({ ...nothing, planLost: true });
    const licensed = { id: 'u', userType: 'Guest', assignedPlans: [{ service: 'exchange', capabilityStatus: 'Enabled' }] };
    expect(toHints({ ...licensed, onPremisesSyncEnabled: true })).toEqual({ guest: true, plan: true, planLost: false, synced: true });
  });
});

describe('a mailbox that is not there', () => {
  it.each([
    ['ResourceNotFound', { guest: true }, 'guest', 'TrawlGuest', false],
    ['MailboxNotEnabledForRESTAPI', {}, 'unlicensed', 'TrawlUnlicensed', false],
    ['ErrorInvalidUser', {}, 'unlicensed', 'TrawlUnlicensed', false],
    ['AuthenticationError', {}, 'unlicensed', 'TrawlUnlicensed', false],
    ['MailboxNotEnabledForRESTAPI', { synced: true }, 'onPremises', 'TrawlOnPremises', false],
    ['MailboxNotEnabledForRESTAPI', { synced: true, plan: true }, 'onPremises', 'TrawlOnPremises', false],
    ['extensionError', { synced: true }, 'onPremises', 'TrawlOnPremises', false],
    ['MailboxNotEnabledForRESTAPI', { plan: true }, 'softDeleted', 'TrawlSoftDeleted', false],
    ['MailboxNotEnabledForRESTAPI', { planLost: true }, 'softDeleted', 'TrawlSoftDeleted', false],
    ['ErrorNonExistentMailbox', { plan: true }, 'notStarted', 'TrawlNotStarted', false],
    ['AuthenticationError', { plan: true }, 'unknown', 'AuthenticationError', true],
    ['extensionError', { plan: true }, 'unknown', 'extensionError', true],
  ])('%s with %j is %s', (code, hints, kind, reason, failed) => {
    expect(absenceOf(code, { ...nothing, ...hints })).toEqual({ class: kind, code: reason, failed });
  });

  it('of a user whom the directory does not know any more is not explained by the directory', () => {
    expect(absenceOf('Request_ResourceNotFound', nothing)).toBeNull();
  });
});
