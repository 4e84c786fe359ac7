// Reads the emulator with Microsoft's own Graph SDK for Go and azidentity, both as they come from the Go module proxy.
// SSL_CERT_FILE is all that they know of the emulator's authority. Prints what it found as one line of JSON; before each
// later round of delta it prints "round" and waits for a line on stdin.
package main

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"log"
	"os"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/cloud"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"
	abstractions "github.com/microsoft/kiota-abstractions-go"
	auth "github.com/microsoft/kiota-authentication-azure-go"
	sdk "github.com/microsoftgraph/msgraph-sdk-go"
	"github.com/microsoftgraph/msgraph-sdk-go/models"
	"github.com/microsoftgraph/msgraph-sdk-go/users"
)

type settings struct{ URL, TenantID, ClientID, Secret, UserID string }

type found struct {
	Users       []string          `json:"users"`
	Folders     []string          `json:"folders"`
	Held        map[string]string `json:"held"`
	Counts      []int             `json:"counts"`
	Attachments map[string]string `json:"attachments"`
	Events      []string          `json:"events"`
	Calendars   []string          `json:"calendars"`
}

func must[T any](value T, err error) T {
	if err != nil {
		log.Fatalf("%T: %v", err, err)
	}
	return value
}

func main() {
	var s settings
	if err := json.Unmarshal([]byte(os.Getenv("EMULATOR")), &s); err != nil {
		log.Fatal(err)
	}
	ctx := context.Background()
	options := azidentity.ClientSecretCredentialOptions{
		ClientOptions:            azcore.ClientOptions{Cloud: cloud.Configuration{ActiveDirectoryAuthorityHost: s.URL}},
		DisableInstanceDiscovery: true,
	}
	credential := must(azidentity.NewClientSecretCredential(s.TenantID, s.ClientID, s.Secret, &options))
	provider := must(auth.NewAzureIdentityAuthenticationProviderWithScopesAndValidHosts(
		credential, []string{"https://graph.microsoft.com/.default"}, []string{"localhost"}))
	adapter := must(sdk.NewGraphRequestAdapter(provider))
	adapter.SetBaseUrl(s.URL + "/v1.0")
	client := sdk.NewGraphServiceClient(adapter)
	user := client.Users().ByUserId(s.UserID)

	out := found{Held: map[string]string{}, Attachments: map[string]string{}}
	for page := must(client.Users().Get(ctx, nil)); page != nil; {
		for _, entry := range page.GetValue() {
			out.Users = append(out.Users, *entry.GetId())
		}
		link := page.GetOdataNextLink()
		if link == nil {
			break
		}
		page = must(client.Users().WithUrl(*link).Get(ctx, nil))
	}
	for page := must(user.MailFolders().Get(ctx, nil)); page != nil; {
		for _, folder := range page.GetValue() {
			out.Folders = append(out.Folders, *folder.GetDisplayName())
		}
		link := page.GetOdataNextLink()
		if link == nil {
			break
		}
		page = must(user.MailFolders().WithUrl(*link).Get(ctx, nil))
	}
	first := rounds(ctx, user, &out)
	for _, message := range first {
		if message.GetHasAttachments() == nil || !*message.GetHasAttachments() {
			continue
		}
		config := users.ItemMessagesItemAttachmentsRequestBuilderGetRequestConfiguration{Headers: prefer()}
		page := must(user.Messages().ByMessageId(*message.GetId()).Attachments().Get(ctx, &config))
		for _, attachment := range page.GetValue() {
			if file, isFile := attachment.(models.FileAttachmentable); isFile {
				sum := sha256.Sum256(file.GetContentBytes())
				out.Attachments[*file.GetId()] = hex.EncodeToString(sum[:])
			}
		}
	}
	top := int32(100)
	config := users.ItemCalendarEventsRequestBuilderGetRequestConfiguration{
		Headers:         prefer(),
		QueryParameters: &users.ItemCalendarEventsRequestBuilderGetQueryParameters{Top: &top},
	}
	for _, event := range must(user.Calendar().Events().Get(ctx, &config)).GetValue() {
		out.Events = append(out.Events, *event.GetId())
	}
	for _, calendar := range must(user.Calendars().Get(ctx, nil)).GetValue() {
		out.Calendars = append(out.Calendars, *calendar.GetName())
	}
	fmt.Println(string(must(json.Marshal(out))))
}

func prefer() *abstractions.RequestHeaders {
	headers := abstractions.NewRequestHeaders()
	headers.Add("Prefer", `IdType="ImmutableId", odata.maxpagesize=20`)
	return headers
}

// rounds follows the inbox by delta three times, keeping what a mirror would keep; it returns what the first round gave.
func rounds(ctx context.Context, user *users.UserItemRequestBuilder, out *found) []models.Messageable {
	builder := user.MailFolders().ByMailFolderId("inbox").Messages().Delta()
	config := users.ItemMailFoldersItemMessagesDeltaRequestBuilderGetRequestConfiguration{Headers: prefer()}
	stdin := bufio.NewReader(os.Stdin)
	var first []models.Messageable
	next := builder
	for turn := 0; turn < 3; turn++ {
		if turn > 0 {
			fmt.Println("round")
			must(stdin.ReadString('\n'))
		}
		count := 0
		for {
			page := must(next.GetAsDeltaGetResponse(ctx, &config))
			for _, message := range page.GetValue() {
				count++
				if turn == 0 {
					first = append(first, message)
				}
				if _, isRemoved := message.GetAdditionalData()["@removed"]; isRemoved {
					delete(out.Held, *message.GetId())
				} else {
					out.Held[*message.GetId()] = *message.GetSubject()
				}
			}
			if link := page.GetOdataNextLink(); link != nil {
				next = builder.WithUrl(*link)
				continue
			}
			next = builder.WithUrl(*page.GetOdataDeltaLink())
			break
		}
		out.Counts = append(out.Counts, count)
	}
	return first
}
