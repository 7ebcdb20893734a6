package guard
import ("testing";"os";"bufio";"fmt")
func TestZZ(t *testing.T){
 f,err:=os.Open(os.Getenv("ZZ")); if err!=nil{t.Skip()}
 s:=bufio.NewScanner(f)
 for s.Scan(){ l:=s.Text(); fs:=Check(l); if len(fs)==0{ if os.Getenv("ALL")!=""{fmt.Println("-      ",l)}; continue}
  o:=""; for _,x:=range fs{ o+=fmt.Sprintf("%s[%s] ",x.Kind,l[x.Start:x.End])}
  if len(l)>160 && os.Getenv("ALL")=="" {l="..."}
  fmt.Println(o,"<<",l)}
}
