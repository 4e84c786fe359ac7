import { MORE_DAYS, MORE_MONTHS, MORE_PHRASES } from './more-words.ts';

/** Phrases from which subjects and bodies are put together. `{…}` is filled from the slots of the message's thread. */
export interface Phrases {
  readonly subjects: readonly string[];
  readonly greetings: readonly string[];
  readonly sentences: readonly string[];
  readonly closings: readonly string[];
  readonly reply: string;
  readonly wrote: string;
}

export const PROJECTS = [
  'Aurora', 'Basalt', 'Cobalt', 'Delta Quay', 'Evergreen', 'Fjord', 'Granite', 'Heron', 'Indigo', 'Juniper',
  'Kestrel', 'Lantern', 'Meridian', 'Northwind', 'Orchard', 'Pelican', 'Quartz', 'Redwood', 'Saffron', 'Tideway',
] as const; // prettier-ignore

export const PLACES = [
  'London',
  'Berlin',
  'Lyon',
  'Madrid',
  'Rotterdam',
  'Leeds',
  'München',
  'Toulouse',
  'Sevilla',
  'Utrecht',
  'Boston',
] as const;

export const PRODUCTS = [
  'the pump controller',
  'the mobile app',
  'the billing service',
  'the sensor kit',
  'the training portal',
  'the warehouse scanner',
] as const;

export const PHRASES: Readonly<Record<string, Phrases>> = {
  en: {
    subjects: [
      'Minutes of the {project} meeting',
      'Invoice {number} for {project}',
      'Draft contract with {company}',
      '{project}: budget for the next quarter',
      'Holiday cover in {month}',
      'Travel to {place}',
      'Question about {product}',
      'Your feedback on the {project} proposal',
      'Interview on {day}',
      'Change request {number}',
      '{project} status report',
      'Reminder: security training',
      'Offer from {company}',
      'Customer complaint {number}',
      'Access to the {project} folder',
      'Agenda for {day}',
    ],
    greetings: ['Hi {name},', 'Dear {name},', 'Hello {name},', 'Good morning {name},'],
    sentences: [
      'Please find the figures for {project} below; the total now stands at {amount} EUR.',
      'We agreed with {company} to move the delivery to {day}.',
      'Could you check the numbers in section {small} before we send them out?',
      'The tests of {product} failed twice last night, and the team is looking into it.',
      'I have booked the room in {place} for {day}.',
      'Legal asked us to shorten the liability clause, which I have done in the attached version.',
      'Nobody has confirmed the headcount for {month} yet.',
      'Let me know whether {day} suits you, otherwise I will look for another slot.',
      'The supplier raised its prices by {small} percent, so we need a second offer.',
      'As discussed on the phone, ticket {number} stays open until {company} answers.',
      'Finance will not release the payment without the signed order.',
      'I spoke to the people in {place}, and they are happy with the plan.',
      'There are {small} open points left, most of them about {product}.',
      'Please keep this within the {project} group for now.',
      'The workshop was well received, and we should repeat it in {month}.',
      'My train is delayed, so please start without me.',
    ],
    closings: ['Kind regards', 'Best wishes', 'Thanks', 'Many thanks and regards'],
    reply: 'RE: ',
    wrote: 'wrote:',
  },
  de: {
    subjects: [
      'Protokoll {project}',
      'Rechnung {number}',
      'Vertragsentwurf {company}',
      'Urlaubsvertretung im {month}',
      'Dienstreise nach {place}',
      'Rückfrage zum Budget {project}',
      'Änderungsantrag {number}',
      'Einladung zur Besprechung am {day}',
      'Größe der Lieferung {number}',
    ],
    greetings: ['Hallo {name},', 'Guten Tag {name},', 'Liebe Kolleginnen und Kollegen,'],
    sentences: [
      'anbei die Zahlen für {project}; die Summe beträgt jetzt {amount} EUR.',
      'Mit {company} haben wir vereinbart, die Lieferung auf {day} zu verschieben.',
      'Bitte prüfen Sie Abschnitt {small}, bevor wir die Unterlagen versenden.',
      'Die Prüfung ist für {day} in {place} angesetzt.',
      'Für {month} fehlt uns noch die Bestätigung der Geschäftsführung.',
      'Es sind noch {small} Punkte offen.',
      'Über die Kündigungsfrist müssen wir noch einmal sprechen.',
      'Das Straßenbauamt hat bisher nicht geantwortet.',
      'Der Vorgang {number} bleibt offen, bis {company} sich meldet.',
      'Ich bin ab {day} wieder im Büro.',
    ],
    closings: ['Mit freundlichen Grüßen', 'Viele Grüße', 'Beste Grüße'],
    reply: 'AW: ',
    wrote: 'schrieb:',
  },
  fr: {
    subjects: [
      'Compte rendu {project}',
      'Facture {number}',
      'Projet de contrat avec {company}',
      'Déplacement à {place}',
      'Congés de {month}',
      'Réunion de {day}',
      'Réclamation n° {number}',
      'Budget {project} : dernière version',
    ],
    greetings: ['Bonjour {name},', 'Cher {name},', 'Bonjour à tous,'],
    sentences: [
      'Veuillez trouver ci-dessous les chiffres de {project} ; le total s’élève à {amount} EUR.',
      'Nous avons convenu avec {company} de reporter la livraison à {day}.',
      'Pourriez-vous relire la section {small} avant l’envoi ?',
      'La salle à {place} est réservée pour {day}.',
      'Il reste {small} points ouverts, surtout côté qualité.',
      'Le service juridique a demandé une clause plus courte.',
      'Personne n’a encore confirmé les effectifs pour {month}.',
      'Le dossier {number} reste ouvert jusqu’à la réponse de {company}.',
    ],
    closings: ['Cordialement', 'Bien à vous', 'Merci d’avance'],
    reply: 'RE: ',
    wrote: 'a écrit :',
  },
  es: {
    subjects: [
      'Acta de la reunión {project}',
      'Factura {number}',
      'Borrador del contrato con {company}',
      'Viaje a {place}',
      'Vacaciones de {month}',
      'Duda sobre el presupuesto de {project}',
      'Reclamación {number}',
      'Reunión del {day}',
    ],
    greetings: ['Hola {name}:', 'Buenos días, {name}:', 'Estimados compañeros:'],
    sentences: [
      'Os envío las cifras de {project}; el total asciende ahora a {amount} EUR.',
      'Hemos acordado con {company} aplazar la entrega al {day}.',
      '¿Podéis revisar el apartado {small} antes de enviarlo?',
      'La sala de {place} está reservada para el {day}.',
      'Quedan {small} puntos pendientes.',
      'El señor Núñez confirmó que el señal llegará en {month}.',
      'El expediente {number} sigue abierto hasta que conteste {company}.',
    ],
    closings: ['Un saludo', 'Saludos cordiales', 'Gracias'],
    reply: 'RE: ',
    wrote: 'escribió:',
  },
  nl: {
    subjects: [
      'Verslag {project}',
      'Factuur {number}',
      'Conceptcontract met {company}',
      'Reis naar {place}',
      'Vakantieplanning {month}',
      'Vraag over het budget van {project}',
      'Overleg op {day}',
    ],
    greetings: ['Hallo {name},', 'Beste {name},', 'Goedemorgen,'],
    sentences: [
      'Hieronder de cijfers voor {project}; het totaal is nu {amount} EUR.',
      'We hebben met {company} afgesproken de levering naar {day} te verplaatsen.',
      'Kun je paragraaf {small} nakijken voordat we het versturen?',
      'De zaal in {place} is gereserveerd voor {day}.',
      'Er staan nog {small} punten open.',
      'Zaak {number} blijft open totdat {company} antwoordt.',
      'De financiële afdeling wacht op de getekende opdracht.',
    ],
    closings: ['Met vriendelijke groet', 'Groeten', 'Alvast bedankt'],
    reply: 'RE: ',
    wrote: 'schreef:',
  },
  ...MORE_PHRASES,
};

export const MONTHS: Readonly<Record<string, readonly string[]>> = {
  en: ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'],
  de: ['Januar', 'Februar', 'März', 'April', 'Mai', 'Juni', 'Juli', 'August', 'September', 'Oktober', 'November', 'Dezember'],
  fr: ['janvier', 'février', 'mars', 'avril', 'mai', 'juin', 'juillet', 'août', 'septembre', 'octobre', 'novembre', 'décembre'],
  es: ['enero', 'febrero', 'marzo', 'abril', 'mayo', 'junio', 'julio', 'agosto', 'septiembre', 'octubre', 'noviembre', 'diciembre'],
  nl: ['januari', 'februari', 'maart', 'april', 'mei', 'juni', 'juli', 'augustus', 'september', 'oktober', 'november', 'december'],
  ...MORE_MONTHS,
};

export const DAYS: Readonly<Record<string, readonly string[]>> = {
  en: ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday'],
  de: ['Montag', 'Dienstag', 'Mittwoch', 'Donnerstag', 'Freitag'],
  fr: ['lundi', 'mardi', 'mercredi', 'jeudi', 'vendredi'],
  es: ['lunes', 'martes', 'miércoles', 'jueves', 'viernes'],
  nl: ['maandag', 'dinsdag', 'woensdag', 'donderdag', 'vrijdag'],
  ...MORE_DAYS,
};

export const COMPANIES = [
  'Harlow & Finch Ltd', 'Brückner GmbH', 'Atelier Rousseau', 'Construcciones Vega SL', 'Van Dalen BV', 'Northlake Partners',
  'Ostrava Metals', 'Greyfriars Consulting', 'Maison Lefèvre', 'Sundby Shipping', 'Kaplan Insurance',
] as const; // prettier-ignore
