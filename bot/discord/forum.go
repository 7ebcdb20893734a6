package discord

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/berkshire-mutual-aid/shirebot/bot"
)

// In a forum each card is a post of its own: a thread that is named by the
// card's first line and begins with the card. The thread has the id of that
// message, so one id is enough.

// maxThreadName is the most that a thread's name can have.
const maxThreadName = 100

func threadName(post bot.Post) string {
	words := post.Text.Plain()
	if post.Card != nil {
		words = post.Card.Title.Plain()
	}
	first, _, _ := strings.Cut(strings.TrimSpace(words), "\n")
	return label(first, "", maxThreadName)
}

// sendForum begins a thread. Discord knows no repeat of one by itself.
func (p *posts) sendForum(ctx context.Context, post bot.Post) (string, error) {
	if post.Doubtful {
		if id, found, err := p.Find(ctx, post); err != nil || found {
			return id, notShown(err)
		}
	}
	body, name := p.bodies(post)[0], threadName(post)
	thread, err := p.REST.createForumPost(ctx, post.Room, name, body)
	if err != nil {
		return "", classify(err)
	}
	p.shown.put(thread.ID, shownPost{content: contentOf(body), known: true, title: name, forum: true})
	p.adorn(ctx, post, thread.ID, thread.ID, nil)
	return thread.ID, nil
}

// notShown is the error of a look, which shows nothing.
func notShown(err error) error {
	if err != nil && isUnsure(err) {
		return &bot.NotNowError{Err: err}
	}
	return err
}

// findForum looks among the threads that are open for one of ours that has the
// same reference.
func (p *posts) findForum(ctx context.Context, post bot.Post, me string) (string, bool, error) {
	guild, ok := p.guilds.get(post.Room)
	if !ok {
		forum, err := p.REST.channel(ctx, post.Room)
		if err != nil {
			return "", false, classify(err)
		}
		guild = forum.GuildID
		p.guilds.put(post.Room, guild)
	}
	threads, err := p.REST.activeThreads(ctx, guild)
	if err != nil {
		return "", false, classify(err)
	}
	name := threadName(post)
	ref, _, isRef := strings.Cut(name, ":")
	for _, t := range threads {
		same := t.Name == name || isRef && post.Card != nil && strings.HasPrefix(t.Name, ref+":")
		if same && t.ParentID == post.Room && t.OwnerID == me && !tooOld(t.ID, post.Since) {
			return t.ID, true, nil
		}
	}
	return "", false, nil
}

// editForum edits the first message of a thread, which is opened again if it
// was archived meanwhile, and renames the thread if its name is another now.
func (p *posts) editForum(ctx context.Context, post bot.Post, remote string) error {
	was, _ := p.shown.get(remote)
	if was.title == "" {
		thread, err := p.REST.channel(ctx, remote)
		if err != nil {
			return p.forumFailed(err, remote)
		}
		if thread.Thread != nil && thread.Thread.Archived {
			if err := p.REST.unarchive(ctx, remote); err != nil {
				return p.forumFailed(err, remote)
			}
		}
		was.title = thread.Name
	}
	was.forum = true
	p.shown.put(remote, was)
	err := p.editIn(ctx, remote, post, remote)
	if hasCode(err, threadArchived) {
		if err = p.REST.unarchive(ctx, remote); err == nil {
			err = p.editIn(ctx, remote, post, remote)
		}
	}
	if err != nil {
		return p.forumFailed(err, remote)
	}
	p.rename(ctx, remote, threadName(post))
	return nil
}

// oldForumEdits is how long to wait when Discord refuses edits of an old thread.
// It is not superseded: what people wrote below the card would go with it.
const oldForumEdits = 10 * time.Minute

func (p *posts) forumFailed(err error, remote string) error {
	switch {
	case hasCode(err, unknownChannel):
		p.shown.forget(remote)
		return fmt.Errorf("the thread is not there: %w", bot.ErrGone)
	case hasCode(err, oldMessageEdits):
		return &bot.NotNowError{After: oldForumEdits, Err: err}
	}
	return p.editFailed(err, remote)
}

// rename names the thread anew if it has another name. Discord takes few of
// these: one that fails is tried again with the next change.
func (p *posts) rename(ctx context.Context, thread, name string) {
	was, ok := p.shown.get(thread)
	if !ok || was.title == name {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, adornFor)
	defer cancel()
	if err := p.REST.renameThread(ctx, thread, name); err != nil {
		p.Log.Warn("a thread was not renamed", "thread", thread, "err", err)
		return
	}
	was.title = name
	p.shown.put(thread, was)
}

// renameThread gives a thread another name.
func (r *rest) renameThread(ctx context.Context, threadID, name string) error {
	body := struct {
		Name string `json:"name"`
	}{name}
	return r.ask(ctx, &restCall{name: "rename thread", effect: doesChange, method: http.MethodPatch, body: body}, nil, "channels", idPart(threadID))
}
