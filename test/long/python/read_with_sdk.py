"""Reads the emulator with Microsoft's own Graph SDK for Python and MSAL, both as they come from PyPI.

Reads JSON settings from the environment (EMULATOR) and prints what it found as one line of JSON. Between two rounds of
delta it prints "round" and waits for a line on stdin, so that whoever started it can change the mailbox.
"""

import asyncio
import hashlib
import json
import os
import sys

import msal
import requests
from azure.identity import ClientSecretCredential
from kiota_abstractions.base_request_configuration import RequestConfiguration
from kiota_authentication_azure.azure_identity_authentication_provider import AzureIdentityAuthenticationProvider
from msgraph import GraphRequestAdapter, GraphServiceClient
from msgraph.generated.users.item.calendar_view.calendar_view_request_builder import CalendarViewRequestBuilder
from msgraph.generated.users.users_request_builder import UsersRequestBuilder

SETTINGS = json.loads(os.environ["EMULATOR"])
SCOPE = "https://graph.microsoft.com/.default"


def read_with_msal():
    """The token by MSAL, the request by requests: REQUESTS_CA_BUNDLE is all that they know of the emulator's authority."""
    app = msal.ConfidentialClientApplication(
        SETTINGS["clientId"],
        client_credential=SETTINGS["secret"],
        authority=f"{SETTINGS['url']}/{SETTINGS['tenantId']}",
        instance_discovery=False,
    )
    token = app.acquire_token_for_client([SCOPE])
    again = app.acquire_token_for_client([SCOPE])
    headers = {"Authorization": f"Bearer {token['access_token']}", "ConsistencyLevel": "eventual"}
    count = requests.get(f"{SETTINGS['url']}/v1.0/users/$count", headers=headers, timeout=30)
    wrong = msal.ConfidentialClientApplication(
        SETTINGS["clientId"],
        client_credential="wrong",
        authority=f"{SETTINGS['url']}/{SETTINGS['tenantId']}",
        instance_discovery=False,
    ).acquire_token_for_client([SCOPE])
    return {"users": int(count.text), "source": again["token_source"], "refused": wrong["error"], "codes": wrong["error_codes"]}


def graph_client():
    credential = ClientSecretCredential(
        SETTINGS["tenantId"],
        SETTINGS["clientId"],
        SETTINGS["secret"],
        authority=SETTINGS["url"],
        disable_instance_discovery=True,
    )
    auth = AzureIdentityAuthenticationProvider(credential, scopes=[SCOPE], allowed_hosts=["localhost"])
    adapter = GraphRequestAdapter(auth)
    adapter.base_url = f"{SETTINGS['url']}/v1.0"
    return GraphServiceClient(request_adapter=adapter)


def configured(query=None, prefer='IdType="ImmutableId", odata.maxpagesize=20'):
    config = RequestConfiguration(query_parameters=query)
    config.headers.add("Prefer", prefer)
    return config


async def all_pages(builder, config=None):
    """Every element of a collection, following the links as they come; and the deltaLink at the end."""
    found = []
    page = await builder.get(request_configuration=config)
    while True:
        found.extend(page.value or [])
        if not page.odata_next_link:
            return found, getattr(page, "odata_delta_link", None)
        page = await builder.with_url(page.odata_next_link).get(request_configuration=config)


async def walk(client, user, builder, path=""):
    folders, _ = await all_pages(builder)
    found = {}
    for folder in folders:
        name = f"{path}/{folder.display_name}"
        found[folder.id] = name
        if folder.child_folder_count:
            below = client.users.by_user_id(user).mail_folders.by_mail_folder_id(folder.id).child_folders
            found.update(await walk(client, user, below, name))
    return found


async def read_attachments(client, user, messages):
    hashes = {}
    for message in messages:
        if not message.has_attachments:
            continue
        builder = client.users.by_user_id(user).messages.by_message_id(message.id).attachments
        attachments, _ = await all_pages(builder, configured())
        for attachment in attachments:
            if attachment.odata_type == "#microsoft.graph.fileAttachment":
                hashes[attachment.id] = hashlib.sha256(attachment.content_bytes).hexdigest()
    return hashes


async def rounds(client, user):
    """Three rounds of delta over the inbox, keeping what a mirror would keep."""
    builder = client.users.by_user_id(user).mail_folders.by_mail_folder_id("inbox").messages.delta
    held, counts = {}, []
    link = None
    first = []
    for turn in range(3):
        if turn:
            print("round", flush=True)
            await asyncio.to_thread(sys.stdin.readline)
        items, link = await all_pages(builder if link is None else builder.with_url(link), configured())
        counts.append(len(items))
        first = first or items
        for item in items:
            if "@removed" in (item.additional_data or {}):
                held.pop(item.id, None)
            else:
                held[item.id] = item.subject
    return held, counts, first


async def main():
    client = graph_client()
    query = UsersRequestBuilder.UsersRequestBuilderGetQueryParameters(top=5, select=["id", "displayName", "mail"])
    users, _ = await all_pages(client.users, configured(query))
    user = SETTINGS["userId"]
    one = client.users.by_user_id(user)
    folders = await walk(client, user, one.mail_folders)
    held, counts, first = await rounds(client, user)
    window = CalendarViewRequestBuilder.CalendarViewRequestBuilderGetQueryParameters(
        start_date_time="2026-01-01T00:00:00Z", end_date_time="2026-12-31T00:00:00Z"
    )
    view, _ = await all_pages(one.calendar_view, configured(window))
    calendars, _ = await all_pages(one.calendars)
    events, _ = await all_pages(one.calendar.events, configured())
    groups = None
    if SETTINGS.get("groups"):
        groups = {}
        for group in (await all_pages(client.groups))[0]:
            members, _ = await all_pages(client.groups.by_group_id(group.id).transitive_members)
            groups[group.id] = [member.id for member in members]
    print(
        json.dumps(
            {
                "msal": read_with_msal(),
                "users": [entry.id for entry in users],
                "folders": folders,
                "held": held,
                "counts": counts,
                "attachments": await read_attachments(client, user, first),
                "view": len(view),
                "calendars": [calendar.name for calendar in calendars],
                "events": [event.id for event in events],
                "groups": groups,
            }
        ),
        flush=True,
    )


asyncio.run(main())
