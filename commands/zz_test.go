package commands
import ("testing";"time";"fmt";"github.com/berkshire-mutual-aid/shirebot/models/store";"github.com/berkshire-mutual-aid/shirebot/models")
func TestZZ(t *testing.T){
 w := &world{t: t, now: monday}
 a:=time.Now()
 s, err := store.Open(t.Context(), store.Options{Dir: t.TempDir(), Now: w.clock}); if err!=nil {t.Fatal(err)}
 fmt.Println("open", time.Since(a)); a=time.Now()
 w.reg, _ = New(s, Options{Now: w.clock})
 fmt.Println("new", time.Since(a)); a=time.Now()
 w.reg.Found(t.Context(), Founding{Who: w.who("you"), Zone: "America/New_York", Lang: models.English, Rooms: []string{"#board", "#general"}})
 fmt.Println("found", time.Since(a)); a=time.Now()
 for i:=0;i<20;i++ { w.reply("sam","mine") }
 fmt.Println("20 mine", time.Since(a)); a=time.Now()
 for i:=0;i<10;i++ { w.reply("rosa", "need milk category:food contact:a when:anytime"); w.reply("rosa","1") }
 fmt.Println("10 posts", time.Since(a)); a=time.Now()
 s.Close()
 fmt.Println("close", time.Since(a)); a=time.Now()
}
